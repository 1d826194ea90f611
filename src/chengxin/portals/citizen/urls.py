"""Addresses of the person's own pages. No address holds a number, a name or a key of the person."""

from django.urls import URLPattern, URLResolver, path

from chengxin.portals.citizen import authorisations, authorise, looking, reports, taking, views

app_name = "citizen"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("file/", views.file, name="file"),
    path("file/<str:reference>/", views.item, name="item"),
    path("looks/", looking.looks, name="looks"),
    path("looks/proofs/", looking.proofs, name="proofs"),
    path("looks/<int:look_id>/", looking.look, name="look"),
    path("looks/<int:look_id>/concern/", looking.concern, name="concern"),
    path("concerns/", looking.concerns, name="concerns"),
    path("requests/", authorisations.requests, name="requests"),
    path("requests/<str:reference>/", authorisations.asked, name="asked"),
    path("requests/<str:reference>/grant/", authorisations.grant, name="grant"),
    path("requests/<str:reference>/grant/now/", authorisations.grant_now, name="grant_now"),
    path("requests/<str:reference>/refuse/", authorisations.refuse, name="refuse"),
    path("requests/<str:reference>/answered/", authorisations.answered, name="answered"),
    path("authorisations/", authorisations.authorisations, name="authorisations"),
    path("authorisations/<str:reference>/", authorisations.authorisation, name="authorisation"),
    path("authorisations/<str:reference>/withdraw/", authorisations.withdraw, name="withdraw"),
    path("authorisations/<str:reference>/receipt/", authorisations.receipt, name="receipt"),
    path("authorisations/<str:reference>/receipt.jws", authorisations.receipt_file, name="receipt_file"),
    path("reports/", reports.reports, name="reports"),
    path("reports/issue/", reports.issue, name="report_issue"),
    path("reports/<str:reference>/", reports.report, name="report"),
    path("reports/<str:reference>/file.pdf", reports.report_file, name="report_file"),
    path("reports/<str:reference>/withdraw/", reports.withdraw, name="report_withdraw"),
    path("authorise/", authorise.authorise, name="authorise"),
    path("authorise/answer/", authorise.answer, name="authorise_answer"),
    path("takeaway/", taking.takeaway, name="takeaway"),
    path("about/", views.about, name="about"),
    path("about/number/", views.own_number, name="own_number"),
    path("periods/", views.periods, name="periods"),
]
