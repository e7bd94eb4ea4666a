-- Write bars into ohlc_data; `dq demo` fills its own database by it.
COPY ohlc_data (instrument, timestamp, open, high, low, close, volume) FROM STDIN
