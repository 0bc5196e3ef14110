"""The commands, a module a group. Importing them is quick: what a command needs is imported when it runs."""
