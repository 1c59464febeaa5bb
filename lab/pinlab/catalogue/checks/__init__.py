"""What a catalogue must be besides well-formed: `consistency` of each scenario, `references` between names."""
