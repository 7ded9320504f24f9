"""How long it is kept what tells of persons."""

from datetime import date

from dateutil.relativedelta import relativedelta


def forget_before(today: date, years: int, letter_years: int = 0) -> date:
    """Return the day before which something must have ended to be forgotten today.

    :param years: what the company wants, from the end of the matter on
    :param letter_years: how long the law wants business letters to be kept, from the end of the
        calendar year on (§ 147 (4) AO, § 257 (5) HGB); 0 for what is no letter

    >>> forget_before(date(2029, 11, 27), 3)
    datetime.date(2026, 11, 27)

    A letter of 2026 is kept until the end of 2032, however soon the company wants to forget:

    >>> forget_before(date(2032, 12, 31), 3, letter_years=6)
    datetime.date(2026, 1, 1)
    >>> forget_before(date(2033, 1, 1), 3, letter_years=6)
    datetime.date(2027, 1, 1)
    >>> forget_before(date(2033, 1, 1), 10, letter_years=6)
    datetime.date(2023, 1, 1)
    """
    wanted = today - relativedelta(years=years)
    if not letter_years:
        return wanted
    return min(wanted, date(today.year - letter_years, 1, 1))
