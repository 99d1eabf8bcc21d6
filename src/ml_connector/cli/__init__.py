"""The command line: arguments in, app called, result printed. No decisions; nothing heavy is loaded before it is needed."""
