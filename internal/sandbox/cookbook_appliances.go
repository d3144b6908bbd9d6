package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// appliances returns the rows of the page "Cookbook: appliances and infrastructure".
func appliances() []Row { return slices.Concat(platforms(), machines()) }

// platforms are registries, clusters and identity services on one's own machines.
func platforms() []Row {
	return []Row{
		{
			Name: "argocd", Origin: "https://argocd.example.com", Path: "/api/v1/session",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `{"token":"TOKEN"}`, Token: JWT, Lifetime: 24 * time.Hour,
		},
		{
			Name: "commvault", Origin: "https://commvault.example.com", Path: "/webconsole/api/Login",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `{"token":"TOKEN"}`, Lifetime: 30 * time.Minute, Use: map[string]string{"Authtoken": "TOKEN"},
		},
		{
			Name: "conjur", Origin: "https://conjur.example.com",
			Path:   "/authn/prod/" + url.QueryEscape(Value("login")) + "/authenticate",
			Header: map[string]string{"Accept-Encoding": "base64"}, Body: Value("api_key"),
			Answered: map[string]string{"Content-Type": "text/plain"}, Answer: "TOKEN",
			Lifetime: 8 * time.Minute, Use: map[string]string{"Authorization": `Token token="TOKEN"`},
		},
		{
			Name: "docker", Origin: "https://auth.docker.io", Method: http.MethodGet, Path: "/token",
			Query: map[string]string{"service": "registry.docker.io", "scope": "repository:library/alpine:pull"},
			Basic: basic("username", "password"), Answer: `{"token":"TOKEN","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}`,
			Lifetime: 5 * time.Minute,
		},
		{
			Name: "etcd", Origin: "https://etcd.example.com:2379", Path: "/v3/auth/authenticate",
			Type: typeJSON, Body: jsonBody("name", Value("username"), "password", Value("password")),
			Answer: `{"header":{"cluster_id":"14841639068965178418"},"token":"TOKEN"}`, Lifetime: 5 * time.Minute,
			Use: map[string]string{"Authorization": "TOKEN"},
		},
		{
			Name: "keystone", Origin: "https://keystone.example.com:5000", Path: "/v3/auth/tokens", Type: typeJSON,
			Body: `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"` + Value("username") +
				`","domain":{"id":"default"},"password":"` + Value("password") + `"}}}}}`,
			Status: http.StatusCreated, Answered: map[string]string{"X-Subject-Token": "TOKEN"},
			Answer:   `{"token":{"expires_at":"RFC3339","methods":["password"]}}`,
			Lifetime: time.Hour, Use: map[string]string{"X-Auth-Token": "TOKEN"},
		},
		{
			Name: "vsphere", Origin: "https://vcenter.example.com", Path: "/api/session",
			Basic: basic("username", "password"), Status: http.StatusCreated, Answer: `"TOKEN"`,
			Use: map[string]string{"vmware-api-session-id": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/session", Header: map[string]string{"vmware-api-session-id": "TOKEN"},
			},
		},
	}
}
