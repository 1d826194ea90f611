"""Addresses of the credit office. No address holds an identity number or a name."""

from django.urls import URLPattern, URLResolver, path

from chengxin.portals.office.views import (
    batches,
    catalogue,
    counter,
    dashboard,
    held_lines,
    logins,
    merges,
    persons,
    representations,
    upkeep,
)

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.home, name="home"),
    path("held/", held_lines.queue, name="held"),
    path("held/<int:held_line_id>/", held_lines.opened, name="held_line"),
    path("held/<int:held_line_id>/review/", held_lines.review, name="held_review"),
    path("held/<int:held_line_id>/settle/", held_lines.settle, name="held_settle"),
    path("held/<int:held_line_id>/done/", held_lines.done, name="held_done"),
    path("batches/", batches.listed, name="batches"),
    path("batches/export.csv", batches.export, name="batches_export"),
    path("batches/<str:reference>/", batches.one, name="batch"),
    path("quality/", batches.quality, name="quality"),
    path("quality/export.csv", batches.quality_export, name="quality_export"),
    path("persons/", persons.search, name="persons"),
    path("merges/", merges.listed, name="merges"),
    path("merges/propose/", merges.propose, name="merge_propose"),
    path("merges/<int:proposal_id>/", merges.one, name="merge"),
    path("merges/<int:proposal_id>/decide/", merges.decide, name="merge_decide"),
    path("merges/<int:proposal_id>/split/", merges.propose_split, name="split_propose"),
    path("merges/<int:proposal_id>/split/decide/", merges.decide_split, name="split_decide"),
    path("feeds/", upkeep.feeds, name="feeds"),
    path("catalogue/", catalogue.editions, name="editions"),
    path("catalogue/differences/", catalogue.differences, name="differences"),
    path("ledger/", upkeep.ledger, name="ledger"),
    path("ledger/verify/", upkeep.verify, name="ledger_verify"),
    path("keys/", upkeep.keys, name="keys"),
    path("logins/", logins.listed, name="logins"),
    path("counter/<str:reference>/", counter.activation, name="activation"),
    path("representations/", representations.listed, name="representations"),
    path("representations/enter/", representations.entered, name="representation_enter"),
    path("representations/<str:reference>/", representations.one, name="representation"),
    path("representations/<str:reference>/end/", representations.end, name="representation_end"),
]
