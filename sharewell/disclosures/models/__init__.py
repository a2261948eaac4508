"""Tables of the disclosures room: what was asked, decided and sent, how it went out, and what came back."""

from sharewell.disclosures.models.answer import ActionMoved, Answer, PartnerAction
from sharewell.disclosures.models.correction import Correction
from sharewell.disclosures.models.disclosure import (
    Acknowledgement,
    Attachment,
    Delivery,
    Disclosure,
    Informing,
    Item,
    Link,
    LinkTry,
    Opening,
    Overrule,
    Referral,
    Review,
    Threshold,
)
from sharewell.disclosures.models.emergency import EmergencyCall
from sharewell.disclosures.models.packet import Packet, PacketAction, PacketPart
from sharewell.disclosures.models.recall import (
    Breach,
    BreachAssessment,
    BreachTold,
    FileOpened,
    Recall,
)
from sharewell.disclosures.models.received import InformationReceived
from sharewell.disclosures.models.request import InformationRequest

__all__ = [
    "Acknowledgement",
    "ActionMoved",
    "Answer",
    "Attachment",
    "Breach",
    "BreachAssessment",
    "BreachTold",
    "Correction",
    "Delivery",
    "Disclosure",
    "EmergencyCall",
    "FileOpened",
    "InformationReceived",
    "InformationRequest",
    "Informing",
    "Item",
    "Link",
    "LinkTry",
    "Opening",
    "Overrule",
    "Packet",
    "PacketAction",
    "PacketPart",
    "PartnerAction",
    "Recall",
    "Referral",
    "Review",
    "Threshold",
]
