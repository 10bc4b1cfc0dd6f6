"""Papers: what is printed. Facts from our rows, words in the reader's language, a PDF."""
