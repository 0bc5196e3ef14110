"""Writing a film up chunk by chunk: what a model is shown, how its answer is held against the evidence, and the draft without one."""
