// Package service describes the services whose tokens the provider passes on:
// what users configure for each, and the token exchange that results from it.
package service

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// RevokeInput is the input of an ephemeral resource that has its token revoked.
const RevokeInput = "revoke_on_close"

// Service is one kind of token endpoint.
type Service struct {
	// Name is the attribute of the provider block and, after "apitoken_", the
	// name of the data source and of the ephemeral resource.
	Name string
	// Title names the service in descriptions.
	Title string
	// Set are the attributes of a credential set in the provider block.
	Set map[string]provider.Attribute
	// Needed are the attributes of the simplest set, which errors show. Every set must
	// have them, unless needsVary.
	Needed []string
	// needsVary says that the attributes that a set must have depend on its others. Then
	// the rules require them.
	needsVary bool
	// rules check the attributes of a set against each other.
	rules []rule
	// Environment says that a set can come from environment variables: the
	// attributes in Needed, and token_url.
	Environment bool
	// Inputs are the inputs that only this service's tokens have. An input that is
	// set replaces the credential set's attribute of the same name.
	Inputs map[string]datasource.Attribute
	// Outputs are the outputs that only this service's tokens have: strings and
	// whole numbers are the exchange's fields of the same name, a map is its outputs.
	Outputs map[string]datasource.Attribute
	// Revocable says that tokens can be revoked when an ephemeral resource closes.
	Revocable bool
	// RevocationURLName is the attribute with the URL that revokes tokens.
	RevocationURLName string
	// IsDescribed says that a set describes the endpoint: it has a request and a response.
	IsDescribed bool
	// IsLocal says that no request is made: a set has no URL.
	IsLocal bool
	// Gives is what a token is, as a sentence without its full stop; empty: an access token
	// from the Title.
	Gives string
	// Advice is what to do about an HTTP status of the token endpoint, from the
	// vendor's own table; it comes before the general advice.
	Advice map[int]string
	// OtherAnswer is what more to do if the response is an object without a token.
	OtherAnswer string
	// response says how a response is read. It depends on the set alone.
	response func(set values) token.Response
	// exchange completes the exchange of known, valid values. It has that response, and the
	// header that most APIs expect (RFC 6750, section 2.1).
	exchange func(values, *token.Exchange)
	// conflict checks the attributes of a set together with the inputs that replace
	// some of them. It may be nil.
	conflict rule
	// warn warns of what in a set may be a mistake. It may be nil.
	warn func(validator.ObjectRequest, *validator.ObjectResponse)
}

// All returns every service, sorted by name.
func All() []Service {
	return []Service{
		custom(),
		emporix(),
		emtech(),
		epgl(),
		jwt(),
		oauth2(),
	}
}

// CredentialSet is a credential set of the provider block. Its paths are parsed once,
// and not for each reference.
type CredentialSet struct {
	Attributes types.Object
	response   token.Response
}

// Read reads the attributes of a credential set.
func (s Service) Read(attributes types.Object) CredentialSet {
	return CredentialSet{attributes, s.response(valuesOf(attributes))}
}

// Sets finds the exchange of another credential set, by SERVICE.SET, for a source. Its token
// is revoked, where the set can revoke it, if isRevoked says so.
type Sets func(source, name string, isRevoked bool) (*token.Exchange, error)

// Exchange returns the exchange for the credential set called name, with the
// inputs of one data source or ephemeral resource. Its error is *UnknownError, *RuleError,
// if an input contradicts the set, or one of others.
func (s Service) Exchange(name string, set CredentialSet, inputs types.Object, others Sets) (*token.Exchange, error) {
	revoke, _ := inputs.Attributes()[RevokeInput].(types.Bool)
	return s.exchangeOf(name, set, inputs, revoke.ValueBool(), others)
}

// Other is Exchange for another set that needs the token. The token is revoked with that
// of the other set, where the set can revoke it, if isRevoked says so.
func (s Service) Other(name string, set CredentialSet, isRevoked bool, others Sets) (*token.Exchange, error) {
	x, err := s.exchangeOf(name, set, types.Object{}, isRevoked, others)
	if err == nil && x.Revoke != nil && x.Revoke.URL == "" && x.Issuer == "" {
		x.Revoke = nil
	}
	return x, err
}

func (s Service) exchangeOf(name string, set CredentialSet, inputs types.Object, isRevoked bool, others Sets) (*token.Exchange, error) {
	v := newValues(set.Attributes, inputs, s.Inputs)
	if unknown := v.unknown(); len(unknown) > 0 {
		return nil, &UnknownError{Service: s.Name, Credentials: name, Attributes: unknown}
	}
	if s.conflict != nil {
		if p := s.conflict(v); p != nil {
			return nil, p
		}
	}
	x := &token.Exchange{
		Service: s.Name, Credentials: name, Secrets: v.book(s.Set),
		Response: set.response, Headers: header("Authorization", "Bearer {token}"),
	}
	s.exchange(v, x)
	if !isRevoked {
		x.Revoke = nil
	}
	return x, connect(x, isRevoked, others)
}

// connect gives the sources of other sets' tokens their exchanges. What a revocation
// needs is not revoked: nobody would know when.
func connect(x *token.Exchange, isRevoked bool, others Sets) error {
	err := x.Request.Connect(func(name string, from source.Credentials) (*token.Exchange, error) {
		return others(name, from.Name, isRevoked)
	})
	if err != nil || x.Revoke == nil {
		return err
	}
	return x.Revoke.Connect(func(name string, from source.Credentials) (*token.Exchange, error) {
		return others(name, from.Name, false)
	})
}

// Secrets returns the book of a credential set: which of its texts are secret. Values
// that are not known yet are skipped.
func (s Service) Secrets(set CredentialSet) said.Book {
	return newValues(set.Attributes, types.Object{}, nil).book(s.Set)
}

// allRules returns the rules between the attributes of a set, and one for each
// attribute that it needs.
func (s Service) allRules() []rule {
	var all []rule
	if !s.needsVary {
		for _, name := range s.Needed {
			all = append(all, func(v values) *RuleError {
				p := missing(v, "every credential set needs it", name)
				if p != nil && s.Environment {
					p.Detail += environmentUnread(s.Name)
				}
				return p
			})
		}
	}
	return append(all, s.rules...)
}

// NewSet returns a credential set of texts, in which nothing else is set.
func (s Service) NewSet(given map[string]string) types.Object {
	attributes, attributeTypes := map[string]attr.Value{}, map[string]attr.Type{}
	for name, attribute := range s.Set {
		attributeTypes[name] = attribute.GetType()
		attributes[name] = null(attribute.GetType())
		if text, ok := given[name]; ok {
			attributes[name] = types.StringValue(text)
		}
	}
	return types.ObjectValueMust(attributeTypes, attributes)
}

// Variable returns the environment variable for an attribute of the credential
// set "default".
func (s Service) Variable(attribute string) string { return strings.ToUpper(s.Name + "_" + attribute) }

// URLName is the attribute with the URL of the token endpoint. No error about a set without
// requests names it.
func (s Service) URLName() string {
	if s.IsDescribed {
		return "request.url"
	}
	return "token_url"
}

// ChoosesAuth reports whether a set says how the client authenticates.
func (s Service) ChoosesAuth() bool {
	_, chooses := s.Set["client_auth"]
	return chooses
}

// UnknownError says which values of the provider block are not known yet. Fields that
// are empty do not narrow it down.
type UnknownError struct {
	Service, Credentials string
	// Attributes are the names of the values, sorted.
	Attributes []string
}

// Error names the values.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("%s of the %s credential set %q not known yet",
		strings.Join(e.Attributes, ", "), e.Service, e.Credentials)
}
