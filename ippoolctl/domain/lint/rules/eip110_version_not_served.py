"""The `apiVersion` of the object is not served by that Antrea release.

Antrea 2.0 removed `crd.antrea.io/v1alpha2`; 1.15 serves it and v1beta1. Nothing else exists. The
API server answers 404, kubectl says `no matches for kind "ExternalIPPool"`.

Source: `versions` of the CRD at each tag; v1alpha2 was removed by antrea-io/antrea PR 6239.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP110",
    "this version of ExternalIPPool is not served",
    "write apiVersion: crd.antrea.io/v1beta1",
    __doc__,
)
