"""Wording («rédaction»): articles of a text, compared word by word and merged; pure, without database or network."""
