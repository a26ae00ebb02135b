"""Orders: place, cancel, amend, get, list."""

from fastapi import APIRouter

router = APIRouter(prefix="/orders", tags=["orders"])
