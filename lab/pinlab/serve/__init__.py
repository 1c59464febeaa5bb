"""The lab that stays up: whoever cannot be started by a command line connects by himself: `pinlab serve`."""
