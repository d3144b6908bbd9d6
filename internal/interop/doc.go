// Package interop holds the tests that run the provider, as a plugin of the real
// Terraform and OpenTofu, against authorization servers that others have
// written: oidc-provider (below oidcprovider), fosite and zitadel's (below fosite
// and zitadel); and, as endpoints that are described with custom, against etcd,
// verdaccio (below verdaccio) and oidc-provider once more. The keys of some clients
// are in SoftHSM, and kubelogin gets the token of another one.
//
// The tests need TF_ACC=1, and run on each CLI there is; TF_ACC_TERRAFORM_PATH
// narrows it to one. oidc-provider and verdaccio need Node and npm,
// and etcd, SoftHSM and kubelogin are taken from .bin or PATH. Where they are missing
// the tests are skipped, save with CI=true.
package interop
