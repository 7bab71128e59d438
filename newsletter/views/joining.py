"""The public form to sign up, and the page behind the mailed link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.choices import Language
from crm.limiting import Limit, find_visitor, is_within, may_ask_for_mail
from newsletter.joining import ask_to_join, confirm_sign_up, find_sign_up
from newsletter.models import Newsletter, SignUp
from newsletter.public_forms import JoinForm, make_moment
from newsletter.views.personal import PersonalView, mask_address

HOUR, DAY = 3_600, 86_400
PER_VISITOR = Limit("sign-up by visitor", most=10, seconds=HOUR)
PER_ADDRESS = Limit("sign-up by address", most=3, seconds=DAY)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class JoinView(View):
    """Show the form of a newsletter; take a wish; say what happens next."""

    def dispatch(self, request: HttpRequest, slug: str, language: str) -> HttpResponse:
        self.newsletter = Newsletter.objects.filter(slug=slug, is_open=True).first()
        if self.newsletter is None or language not in Language.values:
            raise Http404
        self.language = language
        with translation.override(language):
            response = super().dispatch(request)
        response["Content-Language"] = language
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        if "sent" in request.GET:
            return self._show(has_sent=True)
        return self._show(form=JoinForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = JoinForm(request.POST)
        if not form.is_valid():
            form.data = form.data.copy()
            form.data["made"] = make_moment()
            return self._show(status=422, form=form)
        # What is only mistyped has us send nothing, and is not counted.
        if not may_ask_for_mail(PER_VISITOR, find_visitor(request)):
            return self._show(status=429, is_refused=True)
        address = form.cleaned_data["address"]
        if not form.is_trapped and is_within([(PER_ADDRESS, address)]):
            wish = form.make_wish(self.language)
            ask_to_join(self.newsletter, wish, now=timezone.now())
        # The same for everybody: known or not, machine or not.
        return redirect(f"{request.path}?sent")

    def _show(self, status: int = 200, **context) -> HttpResponse:
        context = {"newsletter": self.newsletter, **context}
        return render(self.request, "web/newsletter/join.html", context, status=status)


class ConfirmView(PersonalView):
    """A page with one button, as mail filters open every link; the POST confirms."""

    template = broken = "web/newsletter/confirm.html"

    def find(self, token: str) -> SignUp | None:
        return find_sign_up(token)

    def get(self, request: HttpRequest, waiting: SignUp) -> HttpResponse:
        return self._show(waiting)

    def post(self, request: HttpRequest, waiting: SignUp) -> HttpResponse:
        confirm_sign_up(waiting, now=timezone.now())
        return self._show(waiting, is_confirmed=True)

    def _show(self, waiting: SignUp, **context) -> HttpResponse:
        context |= {
            "newsletter": waiting.newsletter,
            "address": mask_address(waiting.email),
        }
        return render(self.request, self.template, context)
