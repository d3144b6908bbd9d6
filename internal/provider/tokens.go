package provider

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// tokens issues the tokens of one configured provider to its data sources and
// ephemeral resources.
type tokens struct {
	cache *token.Cache
	sets  map[string]credentialSets
	// unknownTransport names the transport's values that are not known yet.
	unknownTransport []string
	// known has the secrets of all sets and tokens.
	known *said.Shelf
	// store keeps tokens for other runs; nil: there is none.
	store   *store.Store
	proxies *proxies
}

// issue returns the token for the configuration of a data source or ephemeral resource
// and, if the token is to be revoked, its lease. It also says which set that is.
func (t *tokens) issue(ctx context.Context, s service.Service, config types.Object) (
	issued *token.Token, lease string, of diagnostic.Set, err error,
) {
	x, of, err := t.exchange(s, config)
	if err != nil {
		return nil, "", of, err
	}
	ctx, minRemaining := lasting(ctx), durationValue(config.Attributes()[diagnostic.MinRemaining])
	if x.Revoke != nil {
		issued, lease, err = t.cache.Lease(ctx, x, minRemaining)
	} else {
		issued, err = t.cache.Token(ctx, x, minRemaining)
	}
	return issued, lease, of, err
}

// exchange returns the exchange for the configuration of a data source or ephemeral resource,
// and says which set that is.
func (t *tokens) exchange(s service.Service, config types.Object) (x *token.Exchange, of diagnostic.Set, err error) {
	wanted := config.Attributes()[credentialsInput]
	name, set, err := t.sets[s.Name].choose(stringValue(wanted), wanted != nil && !wanted.IsNull())
	if err != nil {
		return nil, of, t.withoutSecrets(err)
	}
	x, err = s.Exchange(name, set, config, t.others(s.Name+"."+name))
	if err != nil {
		return nil, of, t.withoutSecrets(err)
	}
	if len(t.unknownTransport) > 0 {
		return nil, of, &service.UnknownError{Attributes: t.unknownTransport}
	}
	t.known.Add(x.Secrets) // with those of the inputs
	x.Secrets = append(x.Secrets, t.known.Entry())
	return x, t.setNamed(s, name), nil
}

// needs finds the exchanges of the sets that one set needs, each once: there may be many
// ways from one set to another.
type needs struct {
	tokens *tokens
	found  map[need]*token.Exchange
}

// need is a set, SERVICE.SET, and whether its token is revoked.
type need struct {
	set       string
	isRevoked bool
}

// others returns how the exchange of a set that another one needs is found. through are
// the sets that need it, by SERVICE.SET. Its errors are *otherError.
func (t *tokens) others(through ...string) service.Sets {
	return needs{t, map[need]*token.Exchange{}}.by(through...)
}

func (n needs) by(through ...string) service.Sets {
	return func(source, wanted string, isRevoked bool) (*token.Exchange, error) {
		if x := n.found[need{wanted, isRevoked}]; x != nil {
			return x, nil
		}
		x, err := n.other(wanted, isRevoked, through)
		if err != nil {
			return nil, n.tokens.needed(through[len(through)-1], source, err)
		}
		x.Secrets = append(x.Secrets, n.tokens.known.Entry())
		n.found[need{wanted, isRevoked}] = x
		return x, nil
	}
}

// other returns the exchange of a set that others need.
func (n needs) other(wanted string, isRevoked bool, through []string) (*token.Exchange, error) {
	of, name, _ := strings.Cut(wanted, ".")
	sets, ok := n.tokens.sets[of]
	if !ok {
		return nil, noService(of, slices.Sorted(maps.Keys(n.tokens.sets)))
	}
	if slices.Contains(through, wanted) {
		return nil, circleError(append(slices.Clip(through), wanted))
	}
	name, set, err := sets.choose(name, true)
	if err != nil {
		return nil, err
	}
	return sets.service.Other(name, set, isRevoked, n.by(append(slices.Clip(through), wanted)...))
}

// setOf returns the set of an exchange, for messages.
func (t *tokens) setOf(x *token.Exchange) diagnostic.Set {
	return t.setNamed(t.sets[x.Service].service, x.Credentials)
}

// setNamed returns a set of a service, for messages.
func (t *tokens) setNamed(s service.Service, name string) diagnostic.Set {
	return diagnostic.Set{Service: s, Name: name, FromEnvironment: t.sets[s.Name].fromEnvironment, HasStore: t.store != nil, Other: t.setOf}
}

// withoutSecrets removes the secrets of all sets from the names in an error: a secret may
// have been put where the name of a set should be.
func (t *tokens) withoutSecrets(err error) error {
	judge := t.judge()
	var credentials *credentialsError
	var unknown *service.UnknownError
	switch {
	case errors.As(err, &credentials):
		credentials.wanted = judge.Own(credentials.wanted)
		for i, name := range credentials.names {
			credentials.names[i] = judge.Own(name)
		}
	case errors.As(err, &unknown):
		unknown.Credentials = judge.Own(unknown.Credentials)
	}
	return err
}

// stringValue returns a string, "" if it is null.
func stringValue(value attr.Value) string {
	s, _ := value.(types.String)
	return s.ValueString()
}

// durationValue returns a validated duration, 0 if it is null.
func durationValue(value attr.Value) time.Duration {
	d, _ := time.ParseDuration(stringValue(value))
	return d
}

// wholeNumberOf returns a validated whole number, and whether it is set and known.
func wholeNumberOf(value attr.Value) (number int, isSet bool) {
	given, ok := value.(types.Number)
	if !ok || given.IsNull() || given.IsUnknown() {
		return 0, false
	}
	whole, _ := given.ValueBigFloat().Int64()
	return int(whole), true
}
