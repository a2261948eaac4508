"""The addresses of the staff pages, noun by noun: each module ends in its own ``urls``."""

from __future__ import annotations

from sharewell.web.staff import (
    agreement,
    case,
    chronology,
    chronology_copies,
    circle,
    concern,
    consent,
    disclosure,
    draft,
    emergency,
    framework,
    handover,
    home,
    inbox,
    known,
    link,
    recording,
    sources,
    task,
)

urls = [
    *home.urls,
    *concern.urls,
    *case.urls,
    *chronology.urls,
    *circle.urls,
    *chronology_copies.urls,
    *consent.urls,
    *known.urls,
    *task.urls,
    *draft.urls,
    *handover.urls,
    *recording.urls,
    *inbox.urls,
    *link.urls,
    *disclosure.urls,
    *emergency.urls,
    *sources.urls,
    *framework.urls,
    *agreement.urls,
]
