"""Stories in the words of the trade, told as the clerk, with the clock standing still."""

from . import (
    test_story_ladder,
)
