package docs

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/proxy"
)

// fixedPort is the one that the documentation gives to a proxy.
const fixedPort = "18443"

// proxied are the stand-ins that send requests through apitoken_proxy, with the hosts of their
// APIs.
func proxied() []string {
	return []string{
		"restapi orders.example.com", "restful stock.example.com", "kubernetes prod.example.com:6443", "helm prod.example.com:6443",
		"vault vault.example.com:8200", "keycloak sso.example.com", "grafana grafana.example.com", "gitlab gitlab.example.com",
		"elasticstack es.example.com:9200", "elasticstack kibana.example.com",
	}
}

// clusterConnection is one of client-go, which reads no credentials for a host without TLS:
// https://github.com/kubernetes/kubectl/issues/744. Those in the URL remain.
func clusterConnection(host, token string) connection {
	c := connection{address: host, headers: map[string]string{}}
	if !strings.HasPrefix(host, "http://") {
		c.headers["Authorization"] = "Bearer " + token
	}
	return c
}

// helmProvider is as in https://registry.terraform.io/providers/hashicorp/helm/latest/docs
// and its page helm_release.
func helmProvider() standIn {
	optional := schema.StringAttribute{Optional: true}
	return standIn{
		name: "helm", namespace: "hashicorp", version: "3.1.2",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{"kubernetes": schema.SingleNestedAttribute{
			Optional: true, Attributes: map[string]schema.Attribute{"host": optional, "token": optional, "cluster_ca_certificate": optional},
		}}},
		connect: func(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
			var diags diag.Diagnostics
			at := path.Root("kubernetes")
			host, token := text(ctx, config, at.AtName("host"), &diags), text(ctx, config, at.AtName("token"), &diags)
			return clusterConnection(host, token), diags
		},
		resources: named("helm_release", "name", "chart"),
	}
}

// keycloakProvider is as in https://registry.terraform.io/providers/keycloak/keycloak/latest/docs
// and its page keycloak_realm. It writes the scheme in small letters.
func keycloakProvider() standIn {
	return standIn{
		name: "keycloak", namespace: "keycloak", version: "5.9.0",
		schema:    stringAttributes("url", "base_path", "realm", "access_token", "client_id", "client_secret"),
		connect:   connectBy("url", "access_token", "Authorization", "bearer "),
		resources: named("keycloak_realm", "realm"),
	}
}

// grafanaProvider is as in https://registry.terraform.io/providers/grafana/grafana/latest/docs
// and its page grafana_folder.
func grafanaProvider() standIn {
	return standIn{
		name: "grafana", namespace: "grafana", version: "4.45.1",
		schema:    stringAttributes("url", "auth"),
		connect:   connectBy("url", "auth", "Authorization", "Bearer "),
		resources: named("grafana_folder", "title"),
	}
}

// gitlabProvider is as in https://registry.terraform.io/providers/gitlabhq/gitlab/latest/docs
// and its page gitlab_group. Newer versions send the token in Authorization, older ones in
// PRIVATE-TOKEN: it does both.
func gitlabProvider() standIn {
	return standIn{
		name: "gitlab", namespace: "gitlabhq", version: "19.1.0",
		schema: stringAttributes("base_url", "token"),
		connect: func(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
			older, diags := connectBy("base_url", "token", "Private-Token", "")(ctx, config)
			open(ctx, "gitlab", older, &diags)
			newer, more := connectBy("base_url", "token", "Authorization", "Bearer ")(ctx, config)
			return newer, append(diags, more...)
		},
		resources: named("gitlab_group", "name", "path"),
	}
}

// elasticstackProvider is as in https://registry.terraform.io/providers/elastic/elasticstack/latest/docs
// and its page elasticstack_elasticsearch_index. Its arguments bearer_token and api_key differ in the scheme: it sends both.
func elasticstackProvider() standIn {
	endpoint := schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
		"endpoints":    schema.ListAttribute{Optional: true, ElementType: types.StringType},
		"bearer_token": schema.StringAttribute{Optional: true}, "api_key": schema.StringAttribute{Optional: true},
	}}}
	return standIn{
		name: "elasticstack", namespace: "elastic", version: "0.16.3",
		schema: schema.Schema{Blocks: map[string]schema.Block{"elasticsearch": endpoint, "kibana": endpoint}},
		connect: func(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
			var diags diag.Diagnostics
			var c connection
			for _, block := range []string{"kibana", "elasticsearch"} {
				at := path.Root(block).AtListIndex(0)
				token := text(ctx, config, at.AtName("bearer_token"), &diags)
				c = connection{address: text(ctx, config, at.AtName("endpoints").AtListIndex(0), &diags)}
				for _, scheme := range []string{"ApiKey ", "Bearer "} {
					c.headers = map[string]string{"Authorization": scheme + token}
					open(ctx, "elasticstack", c, &diags)
				}
			}
			return c, diags
		},
		resources: named("elasticstack_elasticsearch_index", "name"),
	}
}

// open sends a request, beside the one that every stand-in sends.
func open(ctx context.Context, from string, c connection, diags *diag.Diagnostics) {
	c.from = from
	if _, err := c.ask(ctx, http.MethodGet, ""); err != nil {
		diags.AddError("The API of "+from+" was not opened", err.Error())
	}
}

// connectBy reads a connection from two attributes. The token is sent in a header, after a scheme.
func connectBy(address, token, header, scheme string) func(context.Context, tfsdk.Config) (connection, diag.Diagnostics) {
	return func(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
		var diags diag.Diagnostics
		headers := map[string]string{header: scheme + text(ctx, config, path.Root(token), &diags)}
		return connection{address: text(ctx, config, path.Root(address), &diags), headers: headers}, diags
	}
}

// stringAttributes is a schema of optional strings.
func stringAttributes(names ...string) schema.Schema {
	attributes := map[string]schema.Attribute{}
	for _, name := range names {
		attributes[name] = schema.StringAttribute{Optional: true}
	}
	return schema.Schema{Attributes: attributes}
}

// named is the only resource of a stand-in, with strings that must be set.
func named(name string, attributes ...string) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource {
		required := map[string]resourceschema.Attribute{}
		for _, attribute := range attributes {
			required[attribute] = resourceschema.StringAttribute{Required: true}
		}
		return &object{name: name, schema: resourceschema.Schema{Attributes: required}}
	}}
}

// The guide has every response of a proxy's own.
func TestProxyErrorsInGuide(t *testing.T) {
	t.Parallel()
	guide := read(t, "templates/guides/long-applies.md")
	for reason := proxy.ReasonHost; reason <= proxy.ReasonClosing; reason++ {
		a := diagnostic.RefusedByProxy(&proxy.RefusedError{Reason: reason}, &url.URL{}, diagnostic.Set{}, "")
		if row := fmt.Sprintf("| `%d` | %s | ", a.Status, a.Title); !strings.Contains(guide, row) {
			t.Errorf("there is no row %s", row)
		}
	}
}

// An API that is sent a key is noticed, whatever header it is in.
func TestHasKey(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("0123456789abcdef", 4)
	basic, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com", http.NoBody)
	basic.SetBasicAuth("apitoken", key)
	for name, header := range map[string]http.Header{
		"a scheme": {"Authorization": {"bearer " + key}}, "no scheme": {"Private-Token": {key}}, "a cookie": {"Cookie": {"a=b; session=" + key}},
		"basic": basic.Header,
	} {
		if !hasKey(header) {
			t.Errorf("a key with %s is not noticed", name)
		}
	}
	if hasKey(http.Header{"Authorization": {"Bearer fake-token"}, "X-Hash": {key + "0"}}) {
		t.Error("what is no key is taken for one")
	}
}
