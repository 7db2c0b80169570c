"""What is said in sound, by machine: the model, its words, and the lines that they make."""
