"""OpenWard: the open platform for medical AI in a hospital. One base, N clinical services.

```python
import openward

with openward.open() as ward:
    run = ward.run("prescription-review", {"orders": ["warfarin 5 mg oral once daily"]}, patient="demo-001")
```
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "open"]

if TYPE_CHECKING:
    from openward.ward import Ward


def open(**settings: Any) -> "Ward":
    """Opens the ward of this machine; keyword arguments override settings (`home`, `database_url`, …)."""
    from openward.ward import Ward

    return Ward.open(**settings)
