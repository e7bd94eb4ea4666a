"""Every check as a Great Expectations expectation: `import dq.gx` registers them."""
