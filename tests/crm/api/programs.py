"""Asking the API as a program does, for its tests."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from crm.choices import ApiScope
from crm.tokens import make_token
from tests.factories import make_user


@dataclass
class Program:
    """A program with a key; each method returns Django's answer."""

    key: str
    user: Any

    def ask(self, method: str, path: str, data: Any = None, **headers: str):
        content = None if data is None else json.dumps(data)
        return Client().generic(
            method.upper(),
            f"/api/v1{path}",
            content or "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.key}", **headers},
        )

    def get(self, path: str, **headers: str):
        return self.ask("get", path, **headers)

    def post(self, path: str, data: Any):
        return self.ask("post", path, data)

    def patch(self, path: str, data: Any, **headers: str):
        return self.ask("patch", path, data, **headers)

    def delete(self, path: str, **headers: str):
        return self.ask("delete", path, **headers)


def make_program(*grants: str, scope: ApiScope = ApiScope.WRITE) -> Program:
    """Return a program that acts for a new user with these roles and permissions."""
    user = make_user(*grants)
    _token, key = make_token("Intranet", user, scope)
    return Program(key, user)
