"""Does dq survive? Each part does to it what years do, measures, and says what falls short."""
