"""What the tests of several folders share: runs of `behave`, and the documents taken apart."""
