"""Pages of agreements: read, check, compare, draft, sign, bring into force and end them."""

from sharewell.web.staff.agreement import draft, show, sign

urls = [*draft.urls, *show.urls, *sign.urls]
