"""Addresses of the public pages. All are open to anyone and only read; one takes a file, which it does not keep."""

from django.urls import URLPattern, URLResolver, path

from chengxin.ledger.lookups import CHECKPOINT_FILE, COSIGNED_FILE
from chengxin.portals.public import offline, proving, verifying, views

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("never/", views.never, name="never"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/<str:code>/", views.item_type, name="item_type"),
    path("catalogue/<str:code>/schema.json", views.item_schema, name="item_schema"),
    path("catalogue/<str:code>/template.xlsx", views.item_template, name="item_template"),
    path("rules/", views.rules, name="rules"),
    path("sectors/", views.sectors, name="sectors"),
    path("sectors/export.csv", views.sectors_export, name="sectors_export"),
    path("sectors/<str:code>/", views.sector, name="sector"),
    path("verify/", verifying.check_report, name="verify"),
    path("verify/offline/", offline.page, name="offline"),
    path("verify/offline/chengxin-verify.html", offline.page_file, name="offline_file"),
    path("verify/<str:number>/", verifying.check_number, name="verify_number"),
    path("keys/", proving.keys, name="keys"),
    path("keys/keys.jws", proving.keys_file, name="keys_newest"),
    path("keys/<int:number>.jws", proving.keys_file, name="keys_numbered"),
    path("keys/trust.json", proving.trust_file, name="trust_file"),
    path("status/<str:name>.jws", proving.status_list, name="status_list"),
    path("ledger/", proving.ledger, name="ledger"),
    path("ledger/checkpoint", proving.ledger_checkpoint, {"name": CHECKPOINT_FILE}, name="ledger_checkpoint"),
    path("ledger/cosigned", proving.ledger_checkpoint, {"name": COSIGNED_FILE}, name="ledger_cosigned"),
    path("ledger/<path:tile>", proving.ledger_tile, name="ledger_tile"),
    path("check/", views.check, name="check"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
