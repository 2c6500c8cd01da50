package io.kintsugi.master.plan.balance;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Optional;

/**
 * How even it is, and what becomes of it. As the API shows it.
 *
 * @param automatic whether it is done by itself
 * @param state off: nobody asked for it; waiting: for {@code reason}; working; even: there is nothing to be done within the tolerance and the rules
 * @param op the pass that an operator asked for and that goes on, or null
 * @param moves ids of the moves that are open for it
 * @param limit how many may be
 * @param untouched partitions that are left alone: not whole, or somebody is at work on them
 * @param next what would be done next, or null
 */
public record BalanceState(
        boolean automatic,
        String state,
        Long op,
        String reason,
        String message,
        Spread spread,
        List<Long> moves,
        long limit,
        int untouched,
        BalancePlan.Row next) {
    public static final String OFF = "off";
    public static final String WAITING = "waiting";
    public static final String WORKING = "working";
    public static final String EVEN = "even";

    public static BalanceState of(View view) {
        Layout layout = Layouts.of(view);
        Spread spread = layout.spread();
        List<Long> moves = view.cluster().openOps().stream()
                .filter(BalanceGate::isBalance)
                .map(Op::id)
                .toList();
        Optional<? extends Step> next = layout.next();
        boolean wanted = BalanceGate.wanted(view);
        boolean nothing = next.isEmpty() && moves.isEmpty();
        Reason why = BalanceGate.holds(view).filter(r -> wanted && !nothing).orElse(null);
        String state = !wanted ? OFF : why != null ? WAITING : nothing ? EVEN : WORKING;
        return new BalanceState(
                view.cluster().settings().on(Setting.AUTO_BALANCE),
                state,
                BalanceGate.pass(view).map(Op::id).orElse(null),
                why == null ? "" : why.code(),
                why == null ? said(state, layout.unsteady()) : why.message(),
                spread,
                moves,
                view.setting(Setting.BALANCE_LIMIT),
                layout.unsteady(),
                next.map(s -> BalancePlan.row(view, s)).orElse(null));
    }

    private static String said(String state, int untouched) {
        String but = untouched == 0 ? "" : "; " + untouched + " partitions are left alone until they are whole";
        return switch (state) {
            case OFF -> "nobody asked for it: cluster balance on, or now";
            case EVEN -> "nothing would make it more even by the tolerance and the rules of placement" + but;
            default -> "it is being evened out" + but;
        };
    }
}
