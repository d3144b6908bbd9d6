package token

import (
	"context"
	"errors"
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
	where := func() string { return "the environment variable " + c.exchange.named(e.Name) }
	if value == "" {
		return said.Secret{}, c.exchange.failSource(where() + " is not set")
	}
	return c.exchange.checked(where, value)
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

// audienceVariable is the variable of the workspace that sets the token's audience.
func (h HCPTerraform) audienceVariable() string {
	return strings.Replace(h.variable(), "TOKEN", "AUDIENCE", 1)
}

// shown returns the source with its tag as messages may show it.
func (h HCPTerraform) shown(x *Exchange) HCPTerraform { return HCPTerraform{x.named(h.Tag)} }

func (h HCPTerraform) token(_ context.Context, c *call) (said.Secret, error) {
	value := trim(c.client.runtime.Getenv(h.variable()))
	where := func() string { return "the environment variable " + h.shown(c.exchange).variable() }
	if value == "" {
		return said.Secret{}, c.exchange.failSource(where() + " is not set. HCP Terraform sets it in a workspace " +
			"that has the variable " + h.shown(c.exchange).audienceVariable())
	}
	return c.exchange.checked(where, value)
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
		Response: Response{Token: MustPath("value")},
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

// ofSource returns the error of a source with the attribute that it is given by, and
// how the same set can have another source on other machines.
func ofSource(parameter string, source Source, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != KindSource {
		return err
	}
	attribute, isOfRun := parameter, false
	switch source.(type) {
	case File:
		attribute += ".file"
	case Env:
		attribute += ".env"
	case GitHubActions:
		attribute, isOfRun = attribute+".github_actions", true
	case HCPTerraform:
		attribute, isOfRun = attribute+".hcp_terraform", true
	default:
		return err
	}
	named := *e
	named.Problem = attribute + " has no value: " + e.Problem
	if isOfRun {
		named.Advice = "On other machines, set " + attribute + " = null, for example by a variable, and another source."
	}
	return &named
}

func (x *Exchange) failSource(problem string) error {
	return x.fail(Error{Kind: KindSource, Problem: problem})
}
