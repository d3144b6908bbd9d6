package source

import (
	"context"
	"net/url"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// HCPTerraform is a Source that reads the workload identity token of HCP
// Terraform. https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/manual-generation
type HCPTerraform struct {
	Tag string // names one of several tokens; empty: the only one
}

// Variable returns the environment variable that holds the token.
func (h HCPTerraform) Variable() string {
	if h.Tag == "" {
		return "TFC_WORKLOAD_IDENTITY_TOKEN"
	}
	return "TFC_WORKLOAD_IDENTITY_TOKEN_" + h.Tag
}

// AudienceVariable returns the variable of the workspace that sets the token's audience.
func (h HCPTerraform) AudienceVariable() string {
	return strings.Replace(h.Variable(), "TOKEN", "AUDIENCE", 1)
}

// Obtain implements Source.
func (h HCPTerraform) Obtain(_ context.Context, run Run) (said.Secret, error) {
	return sendable(h, trim(run.Getenv(h.Variable())))
}

// Identity implements Source.
func (h HCPTerraform) Identity() []string { return []string{"HCP Terraform", h.Tag} }

// The variables that GitHub Actions sets in a job with the permission id-token: write.
const (
	GitHubURL    = "ACTIONS_ID_TOKEN_REQUEST_URL"
	GitHubBearer = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
)

// GitHubActions is a Source that requests an OIDC token from GitHub Actions.
// https://docs.github.com/en/actions/reference/security/oidc
type GitHubActions struct {
	Audience string // the token's aud; empty: GitHub's default, the owner's URL
}

// Obtain implements Source.
func (g GitHubActions) Obtain(ctx context.Context, run Run) (said.Secret, error) {
	endpoint, bearer := run.Getenv(GitHubURL), run.Getenv(GitHubBearer)
	if endpoint == "" || bearer == "" {
		return said.Secret{}, &Error{Source: g, Problem: Unset}
	}
	if err := transport.CheckURL(endpoint, false); err != nil {
		return said.Secret{}, &Error{Source: g, Problem: BadURL, Cause: err}
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return said.Secret{}, &Error{Source: g, Problem: BadURL, Cause: said.NewQuiet(err)}
	}
	if g.Audience != "" {
		query := u.Query()
		query.Set("audience", g.Audience)
		u.RawQuery = query.Encode()
	}
	return run.Fetch(ctx, u.String(), said.NewSecret(bearer))
}

// Identity implements Source.
func (g GitHubActions) Identity() []string { return []string{"GitHub Actions", g.Audience} }
