"""Saved files: pools and who held their addresses, as ``delete --save`` writes them."""

from ippoolctl.crd.externalippool import is_pool, read_pool
from ippoolctl.crd.saved_holders import is_saved_holders, read_saved
from ippoolctl.domain.change.saved import SavedPools
from ippoolctl.errors import InputError
from ippoolctl.manifests.objects import read_objects
from ippoolctl.reading.sources import Problem


def read_saved_file(path: str) -> SavedPools:
    """The content of a saved file; ``-`` is standard input.

    Raises :class:`InputError` for a file that cannot be read, and for one that is none of these.
    """
    objects = read_objects([path])
    for each in objects:
        if isinstance(each, Problem):
            raise InputError(str(each), each.hint)
    found = [each for each in objects if not isinstance(each, Problem)]
    pools = tuple(read_pool(each.value) for each in found if is_pool(each.value))
    records = [each for each in found if is_saved_holders(each.value)]
    if len(records) != 1:
        what = "no" if not records else "more than one"
        message = f"{path}: {what} SavedHolders document"
        raise InputError(message, "use one file of ippoolctl delete --save")
    (record,) = records
    try:
        return read_saved(pools, record.value)
    except ValueError as error:
        raise InputError(f"{record.place}: {error}", "fix the file, or use another one") from None
