"""Types that other types refer to before they are made: the annotations of fields."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.activity import Activity
    from schema.actor import Actor
    from schema.analysis import Analysis
    from schema.contribution import Contribution
    from schema.exchange import Exchange
    from schema.petition import Petition
    from schema.polling_desk import PollingDesk
    from schema.portal import Portal
    from schema.sign_up import SignUp
    from schema.space import ParticipatorySpace
    from schema.withholding import WithheldContribution

LaterActivity = Annotated["Activity", strawberry.lazy("schema.activity")]
LaterActor = Annotated["Actor", strawberry.lazy("schema.actor")]
LaterAnalysis = Annotated["Analysis", strawberry.lazy("schema.analysis")]
LaterContribution = Annotated["Contribution", strawberry.lazy("schema.contribution")]
LaterExchange = Annotated["Exchange", strawberry.lazy("schema.exchange")]
LaterParticipatorySpace = Annotated["ParticipatorySpace", strawberry.lazy("schema.space")]
LaterPetition = Annotated["Petition", strawberry.lazy("schema.petition")]
LaterPollingDesk = Annotated["PollingDesk", strawberry.lazy("schema.polling_desk")]
LaterPortal = Annotated["Portal", strawberry.lazy("schema.portal")]
LaterSignUp = Annotated["SignUp", strawberry.lazy("schema.sign_up")]
LaterWithheldContribution = Annotated["WithheldContribution", strawberry.lazy("schema.withholding")]
