"""What every part of the harness rests on."""
