package provider

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/proxy"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// proxyKey is the key of the private data with which Open passes a proxy to Close.
const proxyKey = "proxy"

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*proxyResource)(nil)
	_ ephemeral.EphemeralResourceWithClose          = (*proxyResource)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*proxyResource)(nil)
)

// proxyResource is an ephemeral resource that is open as long as a reverse proxy on loopback,
// which puts a fresh token on each request to an API.
type proxyResource struct {
	services []service.Service
	tokens   *tokens
}

// Metadata names the ephemeral resource.
func (*proxyResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_proxy"
}

// Schema describes the ephemeral resource.
func (r *proxyResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = proxySchema(r.services)
}

// Configure receives the provider's data. At validation there is none yet.
func (r *proxyResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	r.tokens, _ = req.ProviderData.(*tokens)
}

// ValidateConfig checks that tokens of the service have the inputs that are set.
func (r *proxyResource) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config types.Object
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	s, ok := r.serviceOf(config)
	if !ok {
		return // it is not known yet, or its validator says so
	}
	for name := range serviceInputs(r.services) {
		input := config.Attributes()[name]
		if _, has := serviceInputs([]service.Service{s})[name]; !has && !input.IsNull() && !input.IsUnknown() {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Input of another service", fmt.Sprintf("%s cannot be used: tokens of %s have no such input. Remove it.", name, s.Name))
		}
	}
}

// serviceOf returns the service that a configuration names, if there is one.
func (r *proxyResource) serviceOf(config types.Object) (service.Service, bool) {
	name := stringValue(config.Attributes()[serviceInput])
	i := slices.IndexFunc(r.services, func(s service.Service) bool { return s.Name == name })
	if i < 0 {
		return service.Service{}, false
	}
	return r.services[i], true
}

// Open gets a token, and starts the proxy.
func (r *proxyResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config types.Object
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	s, ok := r.serviceOf(config)
	if !ok {
		return // the CLI has validated it
	}
	opened, diags := r.tokens.openProxy(ctx, s, config)
	resp.Diagnostics.Append(diags...)
	if opened == nil {
		return
	}
	number := r.tokens.proxies.add(opened)
	if ctx.Err() != nil { // a stop may have come before it was added
		opened.proxy.Abort()
	}
	// Private data must be JSON.
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, proxyKey, []byte(strconv.Itoa(number)))...)
	attributes := config.Attributes()
	key := opened.proxy.Key().Reveal()
	attributes["url"] = types.StringValue(opened.proxy.URL())
	attributes["access_token"] = types.StringValue(key)
	attributes["headers"] = stringMap(map[string]said.Secret{"Authorization": said.NewSecret("Bearer " + key)})
	result, diags := types.ObjectValue(config.AttributeTypes(ctx), attributes)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.Result.Set(ctx, result)...)
}

// Close ends the proxy, and revokes its tokens if they are to be revoked.
func (r *proxyResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	private, diags := req.Private.GetKey(ctx, proxyKey)
	resp.Diagnostics.Append(diags...)
	number, _ := strconv.Atoi(string(private))
	opened := r.tokens.proxies.remove(number)
	if opened == nil {
		return // it was not opened
	}
	for _, failed := range token.Errors(opened.close(ctx)) {
		resp.Diagnostics.Append(diagnostic.NotRevoked(failed, r.tokens.setOf(failed.Exchange)))
	}
}

// openProxy gets the first token, and starts a proxy. If it returns none, there is an error.
func (t *tokens) openProxy(ctx context.Context, s service.Service, config types.Object) (opened *openProxy, diags diag.Diagnostics) {
	inputs := config.Attributes()
	x, set, err := t.exchange(s, config)
	if err != nil {
		return nil, append(diags, diagnose(err, set))
	}
	upstream, err := upstreamURL(stringValue(inputs[diagnostic.Upstream]), x.Request.AllowHTTP)
	if err != nil {
		diags.AddAttributeError(path.Root(diagnostic.Upstream), urlUnusable, "upstream cannot be used: "+err.Error()+".")
		return nil, diags
	}
	minRemaining := durationValue(inputs[diagnostic.MinRemaining])
	ctx = lasting(ctx)
	supply := t.cache.Supply(ctx, x, minRemaining)
	first, done, err := supply.Use(ctx)
	diags.Append(t.storeWarning(err)...)
	if err != nil {
		_ = supply.Close(ctx) // it has no token to revoke
		return nil, append(diags, diagnose(err, set))
	}
	done()
	diags.Append(diagnostic.Warnings(first, set, minRemaining)...)
	port, _ := wholeNumberOf(inputs[portInput])
	opened, failed := t.startProxy(ctx, upstream, port, supply, set)
	if opened == nil {
		diags.Append(failed)
		for _, failed := range token.Errors(supply.Close(ctx)) {
			diags.Append(diagnostic.NotRevoked(failed, t.setOf(failed.Exchange)))
		}
	}
	return opened, diags
}

// startProxy starts a proxy. If it returns none, it returns the error.
func (t *tokens) startProxy(ctx context.Context, upstream *url.URL, port int, supply *token.Supply, set diagnostic.Set) (*openProxy, diag.Diagnostic) {
	sender, err := supply.Upstream()
	if err != nil {
		return nil, diagnose(err, set)
	}
	opened, err := proxy.Open(ctx, upstream, proxy.Settings{
		Port: port, Tokens: supply, Sender: sender, Random: rand.Reader,
		Explain: func(err error) proxy.Answer { return t.explainProxied(err, upstream, supply, set) },
		Log:     func(ctx context.Context, method string, a proxy.Answer) { logProxied(ctx, set, method, a) },
	})
	if err != nil {
		return nil, diag.NewAttributeErrorDiagnostic(path.Root(portInput), "Proxy cannot listen", listenProblem(err, port))
	}
	t.known.Add(said.Book{{Name: "access_token", Value: opened.Key(), Whole: true}})
	return &openProxy{opened, supply, sender}, nil
}

// logProxied logs a request through a proxy. Many clients do not show why one has failed.
func logProxied(ctx context.Context, set diagnostic.Set, method string, a proxy.Answer) {
	method = knownMethod(method)
	if a.Title == "" {
		logger{}.DebugContext(ctx, "proxied a request", "service", set.Service.Name, "credentials", set.Name, "method", method, "status", a.Status)
		return
	}
	logger{}.WarnContext(ctx, "answered a request in the place of the API", "service", set.Service.Name, "credentials", set.Name,
		"method", method, "status", a.Status, "title", a.Title, "detail", a.Text)
}

// explainProxied words an error of a proxy as its response.
func (t *tokens) explainProxied(err error, upstream *url.URL, supply *token.Supply, set diagnostic.Set) proxy.Answer {
	if refused, ok := errors.AsType[*proxy.RefusedError](err); ok {
		var at said.Shown
		if !refused.Path.IsEmpty() { // to make a judge takes time, which nobody without the key should cost
			at = t.judge().URL(refused.Path)
		}
		return diagnostic.RefusedByProxy(refused, upstream, set, at)
	}
	if failed, ok := errors.AsType[*proxy.UpstreamError](err); ok {
		err = supply.UpstreamError(upstream.String(), failed.Unwrap())
	}
	explained := diagnose(err, set)
	return diagnostic.NotForwarded(explained.Summary(), explained.Detail())
}

// upstreamURL returns the URL of an API. Plain http:// is for this machine only, unless
// allowHTTP is set. The error says what is wrong with it, as "it".
func upstreamURL(raw string, allowHTTP bool) (*url.URL, error) {
	if err := transport.CheckURL(raw, allowHTTP); err != nil {
		return nil, errors.New(service.UpstreamProblem(err))
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("it has a query (?…). Put parameters into the requests")
	case slices.ContainsFunc(strings.Split(u.Path, "/"), func(step string) bool { return step == "." || step == ".." }):
		return nil, errors.New("its path has . or .. in it. Write the path that is meant")
	}
	return u, nil
}

// knownMethods are the methods that the log has by name.
var knownMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace,
}

// knownMethod returns the name of a method for the log: whoever sends a request may write
// anything there.
func knownMethod(method string) string {
	if slices.Contains(knownMethods, method) {
		return method
	}
	return "another one"
}

// listenProblem says why a proxy cannot listen on a port, 0 for any, and what to do.
func listenProblem(err error, port int) string {
	switch {
	case port == 0:
		return "This machine does not let the provider listen on 127.0.0.1. Check its limits for processes, and what confines them, such as a sandbox."
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("port %d is in use: another program listens on it, or another run, or another ephemeral resource with this port. Choose another port, or remove it for a free one.", port)
	case errors.Is(err, syscall.EACCES):
		return fmt.Sprintf("port %d cannot be used: the user of this run may not listen on it. Choose one from 1024 to 65535, or remove port for a free one.", port)
	}
	return fmt.Sprintf("port %d cannot be used: another program may listen on it. Choose another port, or remove it for a free one.", port)
}
