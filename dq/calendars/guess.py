"""Which calendar an instrument's name speaks for."""

from __future__ import annotations

# Yahoo's roots of CME Group products; whatever is not here trades on Globex hours like equity futures.
_ROOTS = {
    "CMEGlobex_Metals": "GC SI HG PL PA MGC SIL MHG QO QI QC ALI HRC TIO 1OZ SIC",
    "CMEGlobex_Energy": "CL NG RB HO BZ QM QG MCL MNG BZT HP HH TTF NN",
    "CME Globex Fixed Income": "ZB ZN ZF ZT ZQ UB TN Z3N SR1 SR3 GE TWE 2YY 5YY 10Y 30Y MWN MTN",
    "CMEGlobex_Grains": "ZC ZS ZW ZM ZL ZO ZR KE XC XK XW YC YK YW MZC MZS MZW MZM MZL",
    "CMEGlobex_Livestock": "LE HE GF",
    "CMEGlobex_FX": "6A 6B 6C 6E 6J 6L 6M 6N 6R 6S 6Z 7 E7 J7 M6A M6B M6C M6E M6J M6S MCD MSF MIR RP RY SEK NOK",
    "CME Globex Crypto": "BTC MBT ETH MET BFF BFE SOL MSL XRP MXP",
    "ICEUS": "CC CT KC OJ SB DX",
}
_PRODUCTS = {root: calendar for calendar, roots in _ROOTS.items() for root in roots.split()}

# Yahoo's suffixes.
_SUFFIXES = {
    "XLON": "L IL",
    "XETR": "DE",
    "XFRA": "F",
    "XSTU": "SG",
    "XHAM": "HM",
    "XDUS": "DU",
    "XTKS": "T",
    "XPAR": "PA NX",
    "XMIL": "MI",
    "XMAD": "MC",
    "XAMS": "AS",
    "XBRU": "BR",
    "XLIS": "LS",
    "XDUB": "IR",
    "XSTO": "ST",
    "XHEL": "HE",
    "XCSE": "CO",
    "XOSL": "OL",
    "XICE": "IC",
    "XSWX": "SW",
    "XWBO": "VI",
    "XWAR": "WA",
    "XPRA": "PR",
    "XBUD": "BD",
    "ASEX": "AT",
    "XIST": "IS",
    "XTAE": "TA",
    "XSAU": "SR SAU",
    "XJSE": "JO",
    "XTSE": "TO V NE CN",
    "XMEX": "MX",
    "BVMF": "SA",
    "XBUE": "BA",
    "XSGO": "SN",
    "XHKG": "HK",
    "XSHG": "SS SZ",
    "XTAI": "TW TWO",
    "XKRX": "KS KQ",
    "XSES": "SI",
    "XBKK": "BK",
    "XKLS": "KL",
    "XIDX": "JK",
    "XNSE": "NS",
    "XBOM": "BO",
    "XASX": "AX",
    "XNZE": "NZ",
    "XTAL": "TL",
    "XRIS": "RG",
    "XLIT": "VS",
    "ICEUS": "NYB",
}
_EXCHANGES = {suffix: calendar for calendar, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}

# Indices that are not computed in New York's hours.
_INDEX_MARKETS = {
    "XLON": "FTSE FTMC FTAS",
    "XETR": "GDAXI MDAXI SDAXI TECDAX STOXX50E STOXX",
    "XPAR": "FCHI N100",
    "XAMS": "AEX",
    "XBRU": "BFX",
    "XMAD": "IBEX",
    "XSWX": "SSMI",
    "XSTO": "OMX OMXS30",
    "XTKS": "N225 TOPX",
    "XHKG": "HSI HSCE",
    "XKRX": "KS11 KQ11",
    "XTAI": "TWII",
    "XASX": "AXJO AORD",
    "XNZE": "NZ50",
    "XTSE": "GSPTSE",
    "XNSE": "NSEI NSEBANK",
    "XBOM": "BSESN",
    "BVMF": "BVSP",
    "XMEX": "MXX",
    "XSES": "STI",
    "XIDX": "JKSE",
}
_INDICES = {index: calendar for calendar, indices in _INDEX_MARKETS.items() for index in indices.split()}

_COINS = frozenset({"ADA", "AVAX", "BCH", "BNB", "BTC", "DOGE", "DOT", "ETH", "LINK", "LTC", "SOL", "XBT", "XRP"})
_STABLE = ("USDT", "USDC", "BUSD", "FDUSD")
_MONEY = frozenset(
    {"AUD", "BRL", "CAD", "CHF", "CNH", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY"}
) | {
    *("KRW", "MXN", "NOK", "NZD", "PLN", "SEK", "SGD", "TRY", "USD", "ZAR"),
}


def guess_calendar(instrument: str) -> str:
    """The calendar of an instrument by its name, as Yahoo and crypto exchanges write names; XNYS where it says nothing.

    A bare futures root (`NQ`) is not taken for a future: it may be a share. A guess can be wrong; whoever uses it has to
    look whether the bars agree.
    """
    name = instrument.strip().upper()
    if name.endswith("=F"):
        return _PRODUCTS.get(name.removesuffix("=F"), "CME_Equity")
    if name.endswith("=X"):
        return "FX"
    if name.startswith("^"):
        return _INDICES.get(name[1:], "XNYS")
    stock, dot, suffix = name.rpartition(".")
    if stock and dot and suffix in _EXCHANGES:
        return _EXCHANGES[suffix]
    return _guess_pair(name.removesuffix(".P").removesuffix("-PERP")) or "XNYS"


def _guess_pair(name: str) -> str | None:
    """FX for two currencies, 24/7 where one of the two is a coin; None where the name is no pair."""
    base, separator, quote = name.replace("/", "-").replace("_", "-").partition("-")
    if not separator:
        stable = next((coin for coin in _STABLE if name.endswith(coin)), None)
        cut = len(name) - len(stable) if stable else len(name) - 3
        base, quote = name[:cut], name[cut:]
    if base in _MONEY and quote in _MONEY:
        return "FX"
    known = bool(separator) or base in _COINS or quote in _STABLE
    return "24/7" if base and known and (quote in _MONEY or quote in _STABLE or quote in _COINS) else None
