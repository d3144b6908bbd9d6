package provider

import (
	"errors"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

func transportAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "How token requests are sent: timeout, retries, trusted certificates and proxy. Certificates and proxy also apply to what `apitoken_proxy` sends to its API. Other providers have settings of their own.",
		Attributes: map[string]schema.Attribute{
			"timeout": service.Optional("The maximum time for one attempt, from the connection to the last byte, "+
				"such as `10s`. Default: `30s`.", service.PositiveDuration()),
			"max_retries": schema.NumberAttribute{
				Optional: true,
				MarkdownDescription: "How many times a request is retried after a network error or a status of 429 or 500 to 599, from `0` to `20`. " +
					"Other refusals are never retried. The waits double: 1 second, 2, 4 … up to `retry_max_wait`. `4` retries take up to 15 seconds, `7` about two minutes. Default: `4`.",
				Validators: []validator.Number{service.WholeNumber(0, 20)},
			},
			"retry_max_wait": service.Optional("The longest wait between two attempts, such as `1m`. If `Retry-After` in a response asks for more, "+
				"the request fails at once, and the error says when to run again. Raise this for endpoints that limit tokens per hour. Default: `65s`.",
				service.PositiveDuration()),
			"ca_certificates_pem": service.Optional("CA certificates to trust in addition to those of the system, in PEM. Default: none.",
				service.Check("Certificates cannot be used", "PEM certificates", func(pem string) error {
					if pem == "" {
						return errEmpty
					}
					_, err := transport.CertPool(pem)
					return service.WithRemedy(err)
				})),
			"proxy_url": service.OptionalSecret("The URL of the proxy for all token requests, and for those of `apitoken_proxy`. Requests to localhost over `http://` bypass it unless the proxy is on "+
				"localhost, too. Percent-encode the user name and the password: write each with `replace(urlencode(…), \"+\", \"%20\")`. "+
				"Default: the environment variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.",
				service.Check("Proxy URL cannot be used", "a proxy's URL", func(url string) error {
					if url == "" {
						return errEmpty
					}
					if err := service.CheckWord(url); err != nil {
						return err
					}
					if err := transport.CheckProxyURL(url); err != nil {
						return errors.New(service.ProxyURLProblem(err, true))
					}
					return nil
				})),
		},
	}
}

// errEmpty says that a text is empty, which is hardly ever meant.
var errEmpty = errors.New("it is empty. Leave it out, or set it to null; if it comes from a variable, check that the variable has a value")

// transportProblem says what of the transport cannot be used.
func transportProblem(err error) string {
	if _, isURL := errors.AsType[*transport.URLError](err); isURL {
		return service.ProxyURLProblem(err, true)
	}
	return service.WithRemedy(err).Error()
}

// newTransport returns the transport that the settings describe, and the names
// of those that are not known yet. Known values have been validated.
func newTransport(settings types.Object) (used transport.Settings, unknown []string) {
	used = transport.DefaultSettings()
	if settings.IsUnknown() {
		return used, []string{"transport"}
	}
	values := settings.Attributes()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if values[name].IsUnknown() {
			unknown = append(unknown, "transport."+name)
		}
	}
	if timeout := durationValue(values["timeout"]); timeout > 0 {
		used.Timeout = timeout
	}
	if retries, isSet := wholeNumberOf(values["max_retries"]); isSet {
		used.MaxRetries = retries
	}
	if wait := durationValue(values["retry_max_wait"]); wait > 0 {
		used.RetryMaxWait = wait
	}
	used.CACertificatesPEM = stringValue(values["ca_certificates_pem"])
	used.ProxyURL = said.NewSecret(stringValue(values["proxy_url"]))
	return used, unknown
}
