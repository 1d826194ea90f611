"""Addresses of the pages of suppliers and requesters. Each view declares to whom it is open and what it may do."""

from django.urls import URLPattern, URLResolver, path, register_converter

from chengxin.portals.organisation.views import (
    asking,
    batches,
    catalogue,
    clients,
    corrections,
    deciding,
    held_lines,
    inquiry_batches,
    officers,
    overview,
    requests,
    uploading,
)


class ReferenceConverter:
    """A batch's reference, or anything that could be mistaken for one."""

    regex = "[0-9A-Za-z-]{1,24}"

    def to_python(self, value: str) -> str:
        """Return the reference as it stands in the address.

        Args:
            value: That part of the address.
        """
        return value

    def to_url(self, value: str) -> str:
        """Return the reference as it is written into an address.

        Args:
            value: The reference.
        """
        return value


register_converter(ReferenceConverter, "reference")

app_name = "organisation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("quality/", overview.quality, name="quality"),
    path("catalogue/", catalogue.items, name="catalogue"),
    path("catalogue/<str:code>/", catalogue.item, name="item"),
    path("upload/", uploading.upload, name="upload"),
    path("batches/", batches.history, name="batches"),
    path("batches.csv", batches.history_csv, name="batches_csv"),
    path("batches/<reference:reference>/", batches.batch, name="batch"),
    path("batches/<reference:reference>/progress/", batches.progress, name="batch_progress"),
    path("batches/<reference:reference>/findings/", batches.findings, name="findings"),
    path("batches/<reference:reference>/result/", batches.result, name="result"),
    path("batches/<reference:reference>/decision/", deciding.decision, name="decision"),
    path("batches/<reference:reference>/reversal/", deciding.reversal, name="reversal"),
    path("held-lines/", held_lines.held_lines, name="held_lines"),
    path("officers/", officers.listed, name="officers"),
    path("officers/open/", officers.opened, name="officer_open"),
    path("officers/confirmation/", officers.confirming, name="confirming"),
    path("officers/changes/", officers.changes, name="changes"),
    path("officers/changes/<int:change_id>/", officers.change, name="change"),
    path("officers/<int:account_id>/", officers.one, name="officer"),
    path("officers/<int:account_id>/roles/", officers.roles, name="officer_roles"),
    path("officers/<int:account_id>/code/", officers.code, name="officer_code"),
    path("officers/<int:account_id>/close/", officers.close, name="officer_close"),
    path("clients/", clients.listed, name="clients"),
    path("clients/open/", clients.opened, name="client_open"),
    path("clients/<int:client_pk>/", clients.one, name="client"),
    path("clients/<int:client_pk>/secrets/", clients.secret_add, name="secret_add"),
    path("clients/<int:client_pk>/secrets/<int:secret_id>/end/", clients.secret_end, name="secret_end"),
    path("clients/<int:client_pk>/close/", clients.close, name="client_close"),
    path("corrections/", corrections.standing, name="corrections"),
    path("corrections/new/", corrections.subscribe, name="corrections_new"),
    path("corrections/end/", corrections.end, name="corrections_end"),
    path("asking/", asking.home, name="asking"),
    path("asking/identity/", asking.identity, name="identity"),
    path("asking/new/", asking.ask, name="ask"),
    path("asking/inquiries/", asking.history, name="inquiries"),
    path("asking/inquiries/<reference:reference>/", asking.one, name="inquiry"),
    path("asking/inquiries/<reference:reference>/receipt/", asking.receipt, name="inquiry_receipt"),
    path("asking/requests/", requests.listed, name="requests"),
    path("asking/requests/new/", requests.new, name="request_new"),
    path("asking/requests/<reference:reference>/", requests.one, name="request"),
    path("asking/requests/<reference:reference>/cancel/", requests.cancel, name="request_cancel"),
    path("asking/authorisations/", requests.granted, name="authorisations"),
    path("asking/batches/", inquiry_batches.listed, name="inquiry_batches"),
    path("asking/batches/new/", inquiry_batches.new, name="inquiry_batch_new"),
    path("asking/batches/<reference:reference>/", inquiry_batches.one, name="inquiry_batch"),
    path("asking/batches/<reference:reference>/progress/", inquiry_batches.progress, name="inquiry_batch_progress"),
    path("asking/batches/<reference:reference>/result/", inquiry_batches.result, name="inquiry_batch_result"),
]
