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
from newsletter.collaboration import find_call
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
        self.call = find_call(page_id, block_id)
        if self.call is None:
            raise Http404
        with translation.override(self.call.page.locale.language_code):
            response = super().dispatch(request, page_id, block_id)
        response["Content-Language"] = self.call.page.locale.language_code
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request, page_id, block_id):
        return self.show(form=CollaborationForm(), has_sent="sent" in request.GET)

    def post(self, request, page_id, block_id):
        if not is_within([(PER_VISITOR, find_visitor(request))]):
            return self.show(status=429, is_refused=True)
        form = CollaborationForm(request.POST)
        if not form.is_valid():
            return self.show(status=422, form=self.ask_again(form))
        self.take(form)
        # The same for everybody: known or not, machine or not.
        return redirect(f"{self.call.url}?sent")

    def take(self, form):
        """Write the offer down, unless a machine made it or there are enough of them."""
        address = form.cleaned_data["address"]
        if form.is_trapped or not is_within([(PER_ADDRESS, address)]):
            return
        page = self.call.page
        offer = form.make_offer(page=page.title, url=page.full_url or "")
        record_lead(offer, ours=self.call.ours)

    def ask_again(self, form):
        """Return the form with what was written, shown anew."""
        form.data = form.data.copy()
        form.data["made"] = make_moment()
        return form

    def show(self, status=200, **context):
        context = {"call": self.call, "item": self.call.page, **context}
        return render(self.request, self.template_name, context, status=status)
