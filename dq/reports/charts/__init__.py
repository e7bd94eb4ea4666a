"""Charts as plotly figures: plain values in, `{"data": [...], "layout": {...}}` out; plotly itself is not imported."""
