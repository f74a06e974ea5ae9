package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// receiving is everything that a consumer can be read with, and every kind of acknowledgement.
func (p *program) receiving() {
	s := p.fresh(jetstream.StreamConfig{Name: "GO_R", Subjects: []string{"GO_R.*"}})
	for i := 1; i <= 50; i++ {
		subject := "GO_R.A"
		if i%2 == 0 {
			subject = "GO_R.B"
		}
		if _, err := p.js.Publish(p.ctx, subject, []byte(strconv.Itoa(i))); err != nil {
			p.noError("publish", err)
		}
	}
	consumer := func(config jetstream.ConsumerConfig) jetstream.Consumer {
		c, err := s.CreateOrUpdateConsumer(p.ctx, config)
		if !p.noError("create consumer "+config.Durable, err) {
			panic("no consumer")
		}
		return c
	}

	// ordered
	ordered, err := p.js.OrderedConsumer(p.ctx, "GO_R", jetstream.OrderedConsumerConfig{FilterSubjects: []string{"GO_R.A"}})
	p.noError("ordered consumer", err)
	it, err := ordered.Messages()
	p.noError("its messages", err)
	good := true
	for i := 1; i < 50 && good; i += 2 {
		m, err := it.Next()
		good = err == nil && string(m.Data()) == strconv.Itoa(i)
	}
	it.Stop()
	p.that("in the order of the stream", good)

	// fetch in all its forms
	c := consumer(jetstream.ConsumerConfig{Durable: "fetch", AckPolicy: jetstream.AckExplicitPolicy})
	batch, err := c.FetchNoWait(10)
	got := 0
	if p.noError("fetch no wait", err) {
		for m := range batch.Messages() {
			_ = m.Ack()
			got++
		}
	}
	p.that("ten are there", got == 10 && batch.Error() == nil, got, batch.Error())
	// in upstream's clusters the status may overtake the messages that it ends, which costs them this fetch
	got = 0
	for try := 0; try < 3 && got == 0; try++ {
		bytes := consumer(jetstream.ConsumerConfig{Durable: "bytes" + strconv.Itoa(try), AckPolicy: jetstream.AckExplicitPolicy})
		batch, err = bytes.FetchBytes(400, jetstream.FetchMaxWait(2*time.Second))
		if p.noError("fetch bytes", err) {
			for m := range batch.Messages() {
				_ = m.Ack()
				got++
			}
		}
	}
	p.that("only what fits", (got > 0 || p.replicas > 1) && got < 10 && batch.Error() == nil, got, batch.Error())
	got = 0
	m, err := c.Next(jetstream.FetchMaxWait(2 * time.Second))
	p.that("next", err == nil && string(m.Data()) == strconv.Itoa(11+got), err)
	if err == nil {
		meta, err := m.Metadata()
		p.that("metadata", err == nil && meta.Stream == "GO_R" && meta.Consumer == "fetch" && meta.NumDelivered == 1 && meta.NumPending == uint64(50-11-got), meta, err)
	}
	batch, err = c.Fetch(100, jetstream.FetchMaxWait(500*time.Millisecond))
	left := 0
	if p.noError("fetch more than there is", err) {
		for m := range batch.Messages() {
			_ = m.Ack()
			left++
		}
	}
	p.that("what is left, then the end", left == 50-11-got && batch.Error() == nil, left, batch.Error())
	batch, err = c.FetchNoWait(10)
	got = 0
	if p.noError("fetch no wait at the end", err) {
		for range batch.Messages() {
			got++
		}
	}
	p.equal("nothing", got, 0)

	// acknowledgements
	c = consumer(jetstream.ConsumerConfig{Durable: "acks", AckPolicy: jetstream.AckExplicitPolicy, AckWait: 2 * time.Second, MaxDeliver: 5})
	next := func() jetstream.Msg {
		m, err := c.Next(jetstream.FetchMaxWait(8 * time.Second))
		if err != nil {
			panic(err)
		}
		return m
	}
	delivered := func(m jetstream.Msg) string {
		meta, err := m.Metadata()
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%d/%d", meta.Sequence.Stream, meta.NumDelivered)
	}
	// asked for a confirmation, since a pull that follows may overtake what isn't confirmed
	confirmed := func(name string, m jetstream.Msg, payload string) {
		_, err := p.nc.Request(m.Reply(), []byte(payload), 5*time.Second)
		p.noError(name, err)
	}
	m = next()
	confirmed("nak", m, "-NAK")
	m = next()
	p.equal("redelivered at once", delivered(m), "1/2")
	begin := time.Now()
	confirmed("nak with a delay", m, `-NAK {"delay": 1000000000}`)
	m2 := next()
	p.equal("the next comes first", delivered(m2), "2/1")
	confirmed("term", m2, "+TERM never")
	m3 := next()
	p.equal("the third", delivered(m3), "3/1")
	p.noError("double ack", m3.DoubleAck(p.ctx))
	for {
		m = next()
		if delivered(m) == "1/3" || time.Since(begin) > 6*time.Second {
			break
		}
		_ = m.Ack()
	}
	p.equal("redelivered after the delay", delivered(m), "1/3")
	p.that("not before", time.Since(begin) > 900*time.Millisecond, time.Since(begin))
	p.noError("in progress", m.InProgress())
	p.noError("ack", m.DoubleAck(p.ctx))
	info, err := c.Info(p.ctx)
	p.that("nothing is outstanding", err == nil && info.NumAckPending == 0, info, err)

	// ack all
	c = consumer(jetstream.ConsumerConfig{Durable: "all", AckPolicy: jetstream.AckAllPolicy})
	batch, err = c.Fetch(10, jetstream.FetchMaxWait(2*time.Second))
	p.noError("fetch for ack all", err)
	var last jetstream.Msg
	for m := range batch.Messages() {
		last = m
	}
	p.noError("ack the last of them", last.DoubleAck(p.ctx))
	info, err = c.Info(p.ctx)
	p.that("acks all before it", err == nil && info.AckFloor.Stream == 10 && info.NumAckPending == 0, info, err)

	// consume with small pulls, heartbeats and short expiries
	c = consumer(jetstream.ConsumerConfig{Durable: "consume", AckPolicy: jetstream.AckExplicitPolicy, FilterSubject: "GO_R.A"})
	received := make(chan jetstream.Msg, 100)
	failures := make(chan error, 100)
	cc, err := c.Consume(func(m jetstream.Msg) { _ = m.Ack(); received <- m },
		jetstream.PullMaxMessages(5), jetstream.PullExpiry(time.Second), jetstream.PullHeartbeat(500*time.Millisecond),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) { failures <- err }))
	p.noError("consume", err)
	got = p.receive(received, 25)
	p.equal("all that match", got, 25)
	time.Sleep(2500 * time.Millisecond) // a few expiries: heartbeats come
	_, err = p.js.Publish(p.ctx, "GO_R.A", []byte("late"))
	p.noError("publish later", err)
	p.equal("is consumed too", p.receive(received, 1), 1)
	cc.Stop()
	p.that("no heartbeat was missed", len(failures) == 0, len(failures))

	// push
	push, err := p.js.CreateOrUpdatePushConsumer(p.ctx, "GO_R", jetstream.ConsumerConfig{
		Durable: "push", DeliverSubject: nats.NewInbox(), AckPolicy: jetstream.AckExplicitPolicy, FilterSubject: "GO_R.B",
		IdleHeartbeat: 500 * time.Millisecond, FlowControl: true,
	})
	if p.noError("push consumer", err) {
		cc, err = push.Consume(func(m jetstream.Msg) { _ = m.Ack(); received <- m })
		p.noError("consume of it", err)
		p.equal("all that match", p.receive(received, 25), 25)
		time.Sleep(1200 * time.Millisecond)
		_, _ = p.js.Publish(p.ctx, "GO_R.B", []byte("late"))
		p.equal("and later ones", p.receive(received, 1), 1)
		cc.Stop()
	}

	// push to a queue, and headers only, through the older API
	old, err := p.nc.JetStream()
	p.noError("older API", err)
	one, err := old.QueueSubscribeSync("GO_R.B", "workers", nats.DeliverAll(), nats.AckExplicit(), nats.HeadersOnly())
	if p.noError("queue subscribe", err) {
		m, err := one.NextMsg(5 * time.Second)
		p.that("headers only", err == nil && len(m.Data) == 0 && m.Header.Get("Nats-Msg-Size") == "1", m, err)
		p.noError("unsubscribe", one.Unsubscribe())
	}
	orderedPush, err := old.SubscribeSync("GO_R.A", nats.OrderedConsumer())
	if p.noError("ordered push subscribe", err) {
		good = true
		for i := 1; i < 50 && good; i += 2 {
			m, err := orderedPush.NextMsg(5 * time.Second)
			good = err == nil && string(m.Data) == strconv.Itoa(i)
		}
		p.that("in the order of the stream", good)
		_ = orderedPush.Unsubscribe()
	}
	p.noError("delete stream", p.js.DeleteStream(p.ctx, "GO_R"))
}

func (p *program) receive(from <-chan jetstream.Msg, wanted int) int {
	timeout := time.After(10 * time.Second)
	for got := 0; ; {
		if got == wanted {
			return got
		}
		select {
		case <-from:
			got++
		case <-timeout:
			return got
		}
	}
}

func (p *program) publishing() {
	s := p.fresh(jetstream.StreamConfig{Name: "GO_P", Subjects: []string{"GO_P.*"}})
	ack, err := p.js.PublishMsg(p.ctx, &nats.Msg{Subject: "GO_P.new", Data: []byte("hello")})
	p.that("publish message", err == nil && ack.Sequence == 1 && ack.Stream == "GO_P" && !ack.Duplicate, ack, err)
	ack, err = p.js.PublishMsg(p.ctx, &nats.Msg{Subject: "GO_P.new", Data: []byte("hello"), Header: nats.Header{"Nats-Msg-Id": []string{"id"}}})
	p.that("with an id", err == nil && ack.Sequence == 2 && !ack.Duplicate, ack, err)
	ack, err = p.js.Publish(p.ctx, "GO_P.new", []byte("hello"), jetstream.WithMsgID("id"))
	p.that("again", err == nil && ack.Sequence == 2 && ack.Duplicate, ack, err)
	_, err = p.js.Publish(p.ctx, "GO_P.new", nil, jetstream.WithExpectStream("OTHER"))
	p.that("expected stream", err != nil, err)
	_, err = p.js.Publish(p.ctx, "GO_P.new", nil, jetstream.WithExpectLastSequence(1))
	p.that("expected last sequence", err != nil, err)
	_, err = p.js.Publish(p.ctx, "GO_P.new", nil, jetstream.WithExpectLastSequencePerSubject(2), jetstream.WithExpectLastSequence(2), jetstream.WithExpectStream("GO_P"))
	p.noError("expectations that hold", err)
	_, err = p.js.Publish(p.ctx, "go.not.captured", nil, jetstream.WithRetryAttempts(0))
	p.isError("no stream", err, jetstream.ErrNoStreamResponse)

	future, err := p.js.PublishMsgAsync(&nats.Msg{Subject: "GO_P.new", Data: []byte("async")})
	if p.noError("async publish", err) {
		select {
		case ack := <-future.Ok():
			p.equal("its ack", ack.Sequence, uint64(4))
		case err := <-future.Err():
			p.noError("its ack", err)
		case <-time.After(10 * time.Second):
			p.that("its ack", false, "none")
		}
	}
	const many = 2000
	futures := make([]jetstream.PubAckFuture, 0, many)
	for i := 0; i < many; i++ {
		f, err := p.js.PublishAsync("GO_P."+strconv.Itoa(i%10), []byte(strconv.Itoa(i)))
		if err != nil {
			p.noError("publish async", err)
			break
		}
		futures = append(futures, f)
	}
	select {
	case <-p.js.PublishAsyncComplete():
	case <-time.After(30 * time.Second):
		p.that("all are answered", false, p.js.PublishAsyncPending())
	}
	acked := 0
	for i, f := range futures {
		select {
		case ack := <-f.Ok():
			if ack.Sequence == uint64(5+i) {
				acked++
			}
		default:
		}
	}
	p.equal("all are acked, in order", acked, many)
	info, err := s.Info(p.ctx)
	p.that("and stored", err == nil && info.State.Msgs == 4+many, info, err)
	p.noError("delete stream", p.js.DeleteStream(p.ctx, "GO_P"))
}
