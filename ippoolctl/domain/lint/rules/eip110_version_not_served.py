"""The Antrea release does not serve the `apiVersion` of the object.

Antrea 2.0 removed `crd.antrea.io/v1alpha2`; 1.15 serves it and v1beta1. No other version exists.
The API server answers 404, kubectl prints `no matches for kind "ExternalIPPool"`.

Source: `versions` of the CRD at each tag; v1alpha2 was removed by antrea-io/antrea PR 6239.
"""

from ippoolctl.domain.lint.families.refusals import admission_rule

RULE = admission_rule(
    "EIP110",
    "version-not-served",
    "this version of ExternalIPPool is not served",
    "use apiVersion: crd.antrea.io/v1beta1",
    __doc__,
)
