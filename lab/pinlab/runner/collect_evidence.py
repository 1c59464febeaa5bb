"""Runs one case: starts the witnesses, has the visits made, and gathers what every witness saw.

Nothing else has witnesses or clients started for a verdict; what the evidence means, the judge decides.
"""

from __future__ import annotations

from pinlab.core.clock import Clock
from pinlab.evidence.model import Evidence, ObservedVisit
from pinlab.runner.case_setup import CaseSetup
from pinlab.runner.client_driver import ClientDriver
from pinlab.runner.start_testbed import start_testbed
from pinlab.runner.visits import Visits
from pinlab.witnesses import closed_port
from pinlab.witnesses.packet_capture import Capture, available
from pinlab.witnesses.testbed import Testbed, hand_out
from pinlab.witnesses.witness import WitnessError


def collect_evidence(setup: CaseSetup, driver: ClientDriver | None, clock: Clock) -> Evidence:
    """The evidence of a case; a witness that cannot start is a fault in it."""
    setup.folder.mkdir(parents=True, exist_ok=True)
    try:
        testbed = start_testbed(setup)
    except WitnessError as error:
        return Evidence((), False, (str(error),), str(setup.folder))
    visits: list[ObservedVisit] = []
    capture = _capture(setup, testbed)
    try:
        visits = Visits(setup, driver).make(testbed)
    finally:
        faults = _closed_port_faults(setup, testbed) + testbed.close()
        faults += [*setup.settings.extension.faults_after(setup.case), *clock.faults()]
        if capture:
            capture.end()
    visits = hand_out(visits, testbed.tape)
    complete = all(witness.sealed for witness in testbed.witnesses)
    return Evidence(tuple(visits), complete, tuple(faults), str(setup.folder))


def _closed_port_faults(setup: CaseSetup, testbed: Testbed) -> list[str]:
    present = setup.case.scenario.present
    fault = present[0].fault if present else None
    closed = fault is not None and (fault.after, fault.do) == ("accept", "refuse")
    if not closed or testbed.origin is None:
        return []
    return closed_port.faults(testbed.origin.address, testbed.origin.port)


def _capture(setup: CaseSetup, testbed: Testbed) -> Capture | None:
    """Packets are kept where the user keeps everything and the machine can capture."""
    if not (setup.settings.keep and available()):
        return None
    return Capture([witness.port for witness in testbed.witnesses], setup.folder)
