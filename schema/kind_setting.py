"""Settings of activities in the contract: which ones mean something where."""

from models.kind_setting import ActivitySetting
from schema.enumeration import described

__all__ = ["ActivitySetting"]

described(
    ActivitySetting,
    "What an activity of some kinds has settings for («réglage»).",
    {
        "CONTRIBUTION_KINDS": "Which kinds of contribution it takes, where its kind has several.",
        "VOTE": "By which method and rule people vote.",
        "PLACE": "Whether a contribution says where it is.",
        "EXPIRY": "After how many days a contribution expires. What is signed under a rule has no end of its own.",
        "THRESHOLD": "How many supports a proposal wants.",
        "ANSWER": "Within how many days the city promises to answer proposals.",
        "REVIEW": "Whether moderators read what is published before others do.",
        "ANONYMITY": "Whether requests may be published without a name.",
        "SAFETY": "What is asked of whoever offers, asks and answers (`activityGuard`).",
        "STATUSES": "In which words the city says where a proposal is (`proposalStatusAdd`).",
        "CATEGORIES": "By which labels contributions are sorted (`categoryAdd`).",
    },
)
