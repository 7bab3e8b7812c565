"""How numbers and amounts of money are written in each language: pure, and the only place that knows.

The tables follow CLDR for nb, nn, da, sv and en, as those of home.formatting do.
"""

from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
DEFAULT_LANGUAGE = "en"

GROUP = {"nb": NBSP, "nn": NBSP, "da": ".", "sv": NBSP, "en": ","}
POINT = {"nb": ",", "nn": ",", "da": ",", "sv": ",", "en": "."}
HOME_CURRENCY = {
    "nb": ("NOK", "kr"),
    "nn": ("NOK", "kr"),
    "da": ("DKK", "kr."),
    "sv": ("SEK", "kr"),
}


def base_language(language: str | None) -> str:
    """Return the code of the five whose conventions `language` follows: "nb-no" is "nb", unknown ones are English."""
    code = (language or DEFAULT_LANGUAGE).split("-")[0].lower()
    return code if code in GROUP else DEFAULT_LANGUAGE


def format_number(value: Decimal | float | str, decimals: int, language: str) -> str:
    """Return the number rounded half up to `decimals`, with the language's separators."""
    code = base_language(language)
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    whole, _, fraction = text.partition(".")
    sign = "\u2212" if rounded < 0 else ""
    return sign + whole.replace(",", GROUP[code]) + (POINT[code] + fraction if fraction else "")


def format_exact(value: Decimal | str, language: str) -> str:
    """Return the number with as many decimals as it has."""
    exponent = Decimal(value).as_tuple().exponent
    return format_number(value, -exponent if isinstance(exponent, int) and exponent < 0 else 0, language)


def format_money(amount: Decimal | float | str, currency: str, language: str) -> str:
    """Return "10 000 000 kr" in the currency's own country, else with the ISO 4217 code.

    Minor units are written only when there are any. amount: in major units; currency: ISO 4217 code, "" for none.
    """
    code = base_language(language)
    value = Decimal(str(amount))
    number = format_number(value, 0 if value == value.to_integral_value() else 2, code)
    home, sign = HOME_CURRENCY.get(code, ("", ""))
    if not currency:
        return number
    if code == "en":
        return f"{currency}{NBSP}{number}"
    return f"{number}{NBSP}{sign if currency == home else currency}"
