-- Take out the rows of a bar that is to be written anew; run by the collector of `dq demo --live`.
DELETE FROM ohlc_data WHERE instrument = %s AND timestamp = %s
