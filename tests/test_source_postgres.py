from conftest import Server
from dq.sources import *
import numpy as np
def test_x(server):
    server.run("create table ohlc_data(instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint, primary key(instrument,timestamp))",
    "insert into ohlc_data select i, '2024-01-01'::timestamptz + n*interval '1 minute', 100+n, 101+n, 99+n, 100.25+n, case when n%7=0 then null else n end from unnest(array['NQ=F','ES']) i, generate_series(0,99999) n", "analyze ohlc_data", "grant select on ohlc_data to reader")
    import time
    s=time.perf_counter()
    with open_source(Access(server.tcp())) as src:
        print(src.label, src.notes, time.perf_counter()-s)
        for since in (0, 1709000000000000):
            s=time.perf_counter()
            l=src.listed(since, 2**63-1); print([ (x.instrument,len(x.stamps),x.stamps[:1]) for x in l], time.perf_counter()-s)
        print(src.listed(0,2**62,["ES","nope"]))
        s=time.perf_counter()
        for r in src.read([Wanted("ES",((-2**63,None),)),Wanted("no",((0,None),)),Wanted("NQ=F",((1704067200000000,1704067200000000+60*60000000),))]):
            print(r.instrument,len(r.bars),r.bars.timestamp[:2],r.bars.close[:2],r.bars.volume[:9], r.set_aside)
        print(time.perf_counter()-s)
        print([ (n,len(t)) for n,t in src.stamps([Wanted("ES",((-2**63,None),)),Wanted("no",((0,None),))])])
    assert 0
