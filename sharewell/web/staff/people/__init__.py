"""The people of a case: what is recorded of them, and two records that may be about one person."""

from sharewell.web.staff.people import record, same, show

urls = [*show.urls, *record.urls, *same.urls]
