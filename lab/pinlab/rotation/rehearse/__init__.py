"""Real connections for the cells of a prediction: the lab's runner with the plan's keys at virtual times."""
