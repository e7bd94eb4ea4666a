"""CSV texts for tests."""

HEADER = "instrument,timestamp,open,high,low,close,volume\n"


def written(folder, text, name="bars.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def bar(stamp="2024-03-05T14:35:00Z", *, name="NQ=F", price="1", volume="5"):
    return f"{name},{stamp},{price},2,0.5,1.5,{volume}\n"
