"""Taking offers to take part: the form behind a call, and the same answer for everybody.

No log-in, no cookie and no CSRF token: nothing is done in anybody's name. Whether the
register knows somebody cannot be told from the answer.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.leads import record_lead
from crm.limiting import Limit, find_visitor, is_within
from newsletter.public_blocks import CALL, block_url, find_block
from newsletter.public_forms import CollaborationForm, make_moment

HOUR, DAY = 3_600, 86_400
PER_VISITOR = Limit("lead by visitor", most=10, seconds=HOUR)
# More from one address tells the office nothing new.
PER_ADDRESS = Limit("lead by address", most=3, seconds=DAY)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class CollaborateView(View):
    """Show the form of a call; take an offer; thank."""

    template_name = "web/newsletter/collaborate.html"

    def dispatch(self, request, page_id, block_id):
        found = find_block(page_id, block_id, CALL)
        if found is None:
            raise Http404
        self.item, self.call = found
        language = self.item.locale.language_code
        with translation.override(language):
            response = super().dispatch(request, page_id, block_id)
        response["Content-Language"] = language
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request, page_id, block_id):
        return self.show(form=CollaborationForm(), has_sent="sent" in request.GET)

    def post(self, request, page_id, block_id):
        form = CollaborationForm(request.POST)
        if not form.is_valid():
            return self.show(status=422, form=self.ask_again(form))
        if not is_within([(PER_VISITOR, find_visitor(request))]):
            return self.show(status=429, is_refused=True)
        self.take(form)
        # The same for everybody: known or not, machine or not.
        return redirect(f"{self.url}?sent")

    def take(self, form):
        """Write the offer down, unless a machine made it or there are enough of them."""
        address = form.cleaned_data["address"]
        if form.is_trapped or not is_within([(PER_ADDRESS, address)]):
            return
        offer = form.make_offer(page=self.item.title, url=self.item.full_url or "")
        record_lead(offer, ours=self.call.value["organisation"])

    def ask_again(self, form):
        """Return the form with what was written, shown anew."""
        form.data = form.data.copy()
        form.data["made"] = make_moment()
        return form

    @property
    def url(self):
        return block_url(self.item, CALL, self.call.id)

    def show(self, status=200, **context):
        known = {"call": self.call.value, "item": self.item, "url": self.url}
        context = {**known, **context}
        return render(self.request, self.template_name, context, status=status)
