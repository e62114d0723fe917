"""The flags of kube-apiserver."""

from tests.e2e.credentials import Credentials

FOR_OTHER_KINDS = (
    "CertificateApproval",
    "CertificateSigning",
    "CertificateSubjectRestriction",
    "ClusterTrustBundleAttest",
    "DefaultIngressClass",
    "DefaultStorageClass",
    "DefaultTolerationSeconds",
    "JobValidation",
    "LimitRanger",
    "NodeDeclaredFeatureValidator",
    "PersistentVolumeClaimResize",
    "PodGroupProtection",
    "PodGroupWorkloadExists",
    "PodResizeValidator",
    "PodSecurity",
    "PodTopologyLabels",
    "Priority",
    "ResourceQuota",
    "RuntimeClass",
    "ServiceAccount",
    "StorageObjectInUseProtection",
    "TaintNodesByCondition",
)
"""Admission plugins that never look at what the tests create."""


def flags(files: Credentials, etcd: str, port: int) -> list[str]:
    """For a server on that port whose data are in that etcd."""
    return [
        f"--etcd-servers={etcd}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        f"--tls-cert-file={files.certificate}",
        f"--tls-private-key-file={files.key}",
        f"--client-ca-file={files.client_authority}",
        f"--token-auth-file={files.token_file}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={files.signing_key}",
        f"--service-account-signing-key-file={files.signing_key}",
        "--service-cluster-ip-range=192.0.2.0/24",
        "--endpoint-reconciler-type=none",
        f"--disable-admission-plugins={','.join(FOR_OTHER_KINDS)}",
        "--profiling=false",
        "--v=0",
    ]
