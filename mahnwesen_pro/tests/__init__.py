"""Stories in the words of the trade, told as the clerk, with the clock standing still."""

from . import (
    test_letter,
    test_story_ladder,
    test_word_check,
    test_wording,
)
