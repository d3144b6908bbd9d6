package token

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Source supplies an assertion or a token to send: a fixed value, or one that is
// read, requested or signed anew for each request.
type Source interface {
	token(ctx context.Context, c *call) (said.Secret, error)
	// identity returns everything that tells this source from others, for key.
	identity() []string
	// secrets returns the values that no message may repeat.
	secrets() said.Book
}

// Value is a Source with a fixed value.
type Value struct{ Secret said.Secret }

func (v Value) token(context.Context, *call) (said.Secret, error) { return v.Secret, nil }
func (v Value) identity() []string                                { return []string{"value", v.Secret.Reveal()} }

func (v Value) secrets() said.Book {
	return said.Book{{Name: "assertion", Value: v.Secret}}
}

// Env is a Source that reads an environment variable.
type Env struct{ Name string }

func (e Env) token(_ context.Context, c *call) (said.Secret, error) {
	value := trim(c.client.runtime.Getenv(e.Name))
	if value == "" {
		return said.Secret{}, c.exchange.failSource("the environment variable " + c.exchange.named(e.Name) + " is not set")
	}
	return c.exchange.checked("the environment variable "+c.exchange.named(e.Name), value)
}

func (e Env) identity() []string { return []string{"env", e.Name} }
func (Env) secrets() said.Book   { return nil }

// HCPTerraform is a Source that reads the workload identity token of HCP
// Terraform. https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/manual-generation
type HCPTerraform struct {
	// Tag names one of several tokens; empty: the only one.
	Tag string
}

func (h HCPTerraform) variable() string {
	if h.Tag == "" {
		return "TFC_WORKLOAD_IDENTITY_TOKEN"
	}
	return "TFC_WORKLOAD_IDENTITY_TOKEN_" + h.Tag
}

func (h HCPTerraform) token(_ context.Context, c *call) (said.Secret, error) {
	value := trim(c.client.runtime.Getenv(h.variable()))
	shown := HCPTerraform{c.exchange.named(h.Tag)}.variable()
	if value == "" {
		return said.Secret{}, c.exchange.failSource("the environment variable " + shown + " is not set. HCP Terraform sets it in a workspace " +
			"that has the variable " + strings.Replace(shown, "TOKEN", "AUDIENCE", 1))
	}
	return c.exchange.checked("the environment variable "+shown, value)
}

func (h HCPTerraform) identity() []string { return []string{"hcp_terraform", h.Tag} }
func (HCPTerraform) secrets() said.Book   { return nil }

// GitHubActions is a Source that asks GitHub Actions for an OIDC token.
// https://docs.github.com/en/actions/reference/security/oidc
type GitHubActions struct {
	// Audience is the token's aud; empty: GitHub's default, the owner's URL.
	Audience string
}

func (g GitHubActions) token(ctx context.Context, c *call) (said.Secret, error) {
	endpoint, bearer := c.client.runtime.Getenv("ACTIONS_ID_TOKEN_REQUEST_URL"), c.client.runtime.Getenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	u, err := url.Parse(endpoint)
	if endpoint == "" || bearer == "" || err != nil {
		return said.Secret{}, c.exchange.failSource("ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set. " +
			"GitHub Actions sets them in a job with the permission id-token: write")
	}
	if g.Audience != "" {
		query := u.Query()
		query.Set("audience", g.Audience)
		u.RawQuery = query.Encode()
	}
	t, err := c.client.Do(ctx, &Exchange{
		Service: c.exchange.Service, Credentials: c.exchange.Credentials, Endpoint: "GitHub Actions' token service",
		Request: Request{
			Method: http.MethodGet, URL: u.String(), URLName: "ACTIONS_ID_TOKEN_REQUEST_URL",
			Headers: map[string]said.Secret{"Authorization": said.NewSecret("Bearer " + bearer)},
		},
		Response: Response{Token: "value"},
		Advice: map[int]string{
			http.StatusUnauthorized: "The job's request token is not accepted. It is only valid while the job runs.",
			http.StatusForbidden:    "Give the job the permission id-token: write. If it has that, run the job again: GitHub also refuses while it still sees the job as pending.",
		},
		Secrets: c.exchange.Secrets.Add("bearer", said.NewSecret(bearer)),
	})
	if err != nil {
		return said.Secret{}, err
	}
	return t.AccessToken, nil
}

func (g GitHubActions) identity() []string { return []string{"github_actions", g.Audience} }
func (GitHubActions) secrets() said.Book   { return nil }

func (x *Exchange) failSource(problem string) error {
	return x.fail(Error{Kind: KindSource, Problem: problem})
}
