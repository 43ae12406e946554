"""The words that say what a thing is, by concept: hedges, kinds of values, roles, themes, instruments. Tables only."""

from __future__ import annotations

import re

__all__ = [
    "ADDED",
    "DECISIVE_INSTRUMENTS",
    "DECISIVE_ROLES",
    "HEDGES",
    "INSTRUMENTS",
    "KINDS",
    "RANK",
    "REACHED",
    "ROLES",
    "STATED_HEDGE",
    "THEMES",
    "WITHOUT_PERCENT",
]

#: Hedge -> the words of which its sentence has one.
HEDGES = {
    "strive": re.compile("力争|争取|努力|力求|奋力|全力|争创|争当"),
    "expect": re.compile("预计|预期|有望|预"),
    "plan": re.compile("计划|拟|打算|将"),
    "seek": re.compile("谋求|寻求|争取|争创|探索|力"),
    "basically": re.compile("基本|大体|总体"),
}
#: A hedge that governs the value behind it in its clause; 努力, 预计 and 有望 do only at its head, or behind a year.
STATED_HEDGE = re.compile(
    r"(力争|力求|(?<=^)(?:努力|预计|有望)|(?<=年)(?:努力|预计|有望)|(?<=年[底末])(?:努力|预计|有望))"
)

#: Kind of value -> the words of which its sentence has one.
KINDS = {
    "average-annual-growth": re.compile("年均"),
    "cumulative": re.compile("累计|共|总"),
    "growth-rate": re.compile("增(?!加值)|涨|升|高|快|速|幅|扩大|改善|翻"),
    "multiple": re.compile("倍|番"),
    "multiple-increase": re.compile("倍|番"),
    "per-capita": re.compile("人均|每|千人|万人|户均"),
    "per-year": re.compile("年|每"),
    "percentage-point-change": re.compile("点"),
    "rank": re.compile("第|位|强|首|前|列|一流|领先"),
    "reduction-rate": re.compile("降|减|压|缩|少|改善"),
}
#: Kinds of values that are neither a percentage, which is a share or a change, nor a place in an order.
WITHOUT_PERCENT = frozenset({"level", "increment", "cumulative", "per-capita", "per-year"})
#: What stands right before a value that is reached in the end, and is not added.
REACHED = re.compile("(?:达到|达|突破|超过|稳定在|保持在)$")
#: What says of such a value that it is added all the same.
ADDED = re.compile("(?<!高)新|增|累计|建|改造|培")
#: A printed value that is a place in an order.
RANK = re.compile("^(?:第[0-9一二三四五六七八九十百]+(?:位|名|$)|[^0-9]{0,4}前[0-9一二三四五六七八九十百]+[位名强]?$)")

#: Role -> the words of which its printed role or its evidence has one; of the others nothing is asked.
ROLES = {
    "lead": re.compile("牵头|会同|主办|主责|主体|带头|领衔|率领|为主|责任(?:单位|部门)"),
    "cooperating": re.compile("配合|协|支持|合作|参与|会同|联合|[及等](?:有关|相关)?(?:单位|部门)|责任(?:单位|部门)"),
    "supervising": re.compile("监督|监管|督|巡|检查|审计|监察|监测"),
    "coordinating": re.compile("统筹|协调|总揽|指导|调度|分解|组织|谋划|统一|领导"),
    "hosting": re.compile("设在|设于|设立|承办|挂靠|主办|举办|依托"),
    "reporting": re.compile("报|通报|汇报"),
    "participating": re.compile("参与|参加|成员|作用|积极|主动|建言|冲锋|优势|力量|动员|共同"),
    "drafting": re.compile("制定|制订|编制|起草|拟|修订|草|出台"),
    "evaluating": re.compile("考核|评|测评|验收|认定"),
    "beneficiary": re.compile("支持|给予|奖|补|享|帮|资助|惠|扶|免|优先|发放|提供|保障|救助"),
}
#: Role -> the words of a printed role that say it where that is neither implementing nor responsible.
DECISIVE_ROLES = {
    "lead": re.compile("牵头"),
    "cooperating": re.compile("^配合|配合单位"),
    "supervising": re.compile("监督|督导|督查|巡察"),
    "hosting": re.compile("设在"),
    "evaluating": re.compile("考核|考评"),
}

#: Theme -> the words of its field, in the widest sense.
THEMES = {
    "business-environment": re.compile(
        "营商|企业|亲商|招商|项目|市场主体|市场|政务|通办|信用|便利|助企|审批|服务|经营主体|政策|物流|证照"
        "|民营|收费|便企|公平竞争"
    ),
    "culture": re.compile(
        "文|旅|艺|遗产|舆论|宣传|传播|价值观|品牌|形象|氛围|精神|历史|古城|故事|信心|人心|斗志|新闻|预期|经验"
        "|典型|进展|成效|解放|体育|游客|博物馆|演出|阅读|广播|电影|赛事|图书"
    ),
    "digital": re.compile(
        "数字|数据|智|信息|网|系统|平台|云|线上|5G|算力|科技|互联网|通信|掌上|在线|大模型|软件|电子|跨省通办"
    ),
    "ecology": re.compile(
        "生态|绿|环境|碳|污染|河|林|水|气|美丽|节能|能耗|资源|自然|能源|电|煤|土壤|废|垃圾|森林|草原|湿地"
        "|荒漠|清洁|新能源|沙|海|种"
    ),
    "economy": re.compile(
        "经济|投资|消费|内需|需求|商圈|商业|增长|产业|项目|发展|市场|资金|财政|政策|GDP|收入|十四五|十五五"
        "|经验|进位|对标|生产总值|增加值|预算|债|人口|零售|消费品|物价|主体|企业|服务业|快递|规模|税|外贸"
        "|价格"
    ),
    "education": re.compile("教|学|双减|课|园|师|培植|一老一幼|高校|院校|托位|托育|研究生|毕业|职业院校"),
    "elderly-care": re.compile("养老|老年|老龄|老人|居家|适老|助老|照护|一老|家庭|助餐|长者|敬老|护理|康养|银发"),
    "employment": re.compile("就业|创业|用工|劳动|岗位|失业|人力|毕业生|技能|招聘|农民工|求职"),
    "finance": re.compile(
        "金融|风险|资本|银行|融资|信贷|贷款|基金|债|上市|保险|证券|征信|存款|保费|挂牌|普惠|授信|担保"
    ),
    "governance": re.compile(
        "治理|社区|邻|网格|基层|乡村|社会|物业|考核|督|责|机制|方案|指挥|领导|组织|推进|落实|任务|举措|导向"
        "|激励|奖励|指标|进展|问题|工作|一线|发力|纠纷|通报|力量|措施|要求|信访|志愿|调解|满意|提案|议案|文明"
    ),
    "health": re.compile(
        "健康|医|卫生|疾|病|疫|防控|防治|心理|四早|免疫|接种|监测|药|外防|管控|场所|体育|人均预期寿命|寿命"
        "|护士|床位|出生|死亡|生育"
    ),
    "industry": re.compile(
        "产业|工业|制造|企业|园区|质量|品牌|字号|动能|装备|建筑|服务业|食品|链|结构|转型|重器|项目|集群|新兴"
        "|汽车|钢|产量|工厂|车间|开发区|亩均|经济|软件|机器人|飞机|船"
    ),
    "innovation": re.compile(
        "创新|科|研|技术|高新|动能|双创|创业|人才|实验室|专利|孵化|企业|独角兽|中试|成果|商标|知识产权"
    ),
    "livelihood": re.compile(
        "民生|福祉|人民|居民|百姓|群众|收入|社会保障|共同富裕|惠|公共服务|生活|一老|住房|保障|温度|纾困|儿童"
        "|救助|老人|低保|残疾|工资|参保|社保|妇女|婴幼儿|供暖|物价|食品"
    ),
    "opening-up": re.compile(
        "开放|贸|外|国际|进出口|招商|通道|电商|一带一路|保税|综保|口岸|合作|入境|外商|自贸|班列|走出去|领事|友城"
    ),
    "party-building": re.compile(
        "党|区委|市委|干部|政治|纪律|组织|队伍|思想|精神|作风|廉|腐|斗争|一线|先锋|忠诚|引领|计划|动力|争先"
        "|争位|振兴|干事|合力|积极性|党员|巡视|巡察|基层组织|统战|青年|团结"
    ),
    "reform": re.compile(
        "改革|解放|首创|制度|机制|要素|国企|国资|先行先试|央地|开放|敢|财税|创新|放权|试点|国有|市场化|放管服|体制"
    ),
    "region": re.compile(
        "区域|都市圈|城市群|协同|协调|一体化|同城|东北|振兴|一圈|中心城市|京|长三角|大湾区|双核|示范|合作"
        "|经济带|辐射|共绘|共享|联动|对口|战略|新突破|城乡|导向|要求|城镇化|县域|飞地|一体|位次|新区|湾区"
        "|组团|城市"
    ),
    "rule-of-law": re.compile("法|司法|执法|立法|普法|仲裁|诉讼|律师|行政复议|公证|检察|审判"),
    "rural": re.compile("乡村|农|耕地|村|县域|脱贫|扶贫|粮|粮食|种植|畜|水库|灌溉|水产|土地|果|菜|田"),
    "safety": re.compile(
        "安全|平安|民安|稳定|风险|隐患|应急|消防|扫黑|治安|清零|防范|军民|突发|国防|灾|保安|和谐|底线|事故"
        "|食品|药品|案件|诈骗|储备|抢险|救援|维稳"
    ),
    "talent": re.compile("人才|英才|引育|引才|博士|院士|研发人员|技能|团队"),
    "transport": re.compile("交通|路|铁|航|港|通道|班列|枢纽|物流|临空|街道|公路|站|运|车|里程|机场|桥|出行|通勤"),
    "urban": re.compile(
        "城|区|街|公园|规划|基础设施|水利|社区|空间|改造|建设|景观|环境|品质|住房|小区|枢纽|综合实力|战略目标"
        "|精细化|电梯|绿道|管网|供水|供热|停车|燃气|商品房|房|排水|更新"
    ),
}
#: Instrument -> words of what a measure says that may be it.
INSTRUMENTS = {
    "campaign": re.compile("行动|攻坚|活动|专项|创建|契机|集中|整治|战|大赛|擂台|平安"),
    "capacity": re.compile(
        "人才|干部|队伍|培训|选拔|引育|引进|团队|平台|科研|科技|创新|能力|力量|英才|编制|技术|实验室|配备"
    ),
    "cooperation": re.compile(
        "合作|联盟|对口|对接|互动|开放|一带一路|联动|协作|同城|协同|经贸|都市圈|争取|共建|交流|对标|接轨|国际"
        "|融合|链|联合|利益联结|园"
    ),
    "evaluation": re.compile("考核|考评|评|监测|督|排名|观摩|问责|责任|落实|检查|量化|通报|擂台|监管|管控|指标|进位"),
    "finance": re.compile("金融|资本|基金|贷|债|上市|担保|融资|投资|需求|信贷|资金"),
    "guidance": re.compile(
        "思想|精神|作风|下功夫|坚持|坚定|增强|领会|领悟|贯彻|学习|引领|引导|树立|自觉|斗争|意识|思维|理念|导向|宗旨"
        "|践行|定力|力|服务|关系|根本|首要|人民|干|带头|现代化|敢|总结|文化|党|心|工作|发展|腐|严"
    ),
    "industry-promotion": re.compile(
        "产业|企业|招商|招引|培育|链|集群|产业化|项目|电商|制造|农业|商圈|重器|文化企业|需求|金融|优势|经济"
        "|布局|主体|业|自贸"
    ),
    "information": re.compile(
        "宣传|发布|舆论|引导|解读|品牌|文化|展|论坛|形象|节|赛|经验|故事|宣|传播|反映|调查|研究|关注|抓住"
        "|信息|主题活动|交流|阐释|公开|培训|网|提出|学"
    ),
    "infrastructure": re.compile(
        "建设|改造|新建|工程|设施|基础|公园|提升|配|修复|治理|园区|建成|装置|平台|枢纽|通道|治|绿|网|载体|扩"
        "|新增|场景|改善|空间|环境|景观|区|硬件|宜居|添置|中心|落实|完善"
    ),
    "institution-building": re.compile(
        "成立|设立|机制|体系|专班|组织|机构|网络|网格|健全|支部|集团|党建|领导|岗|制度|团队|系统|完善|组建"
        "|服务官|包保|社区"
    ),
    "land": re.compile("土地|供地|盘活|用地|厂房|国土|规划|楼宇|宅基地"),
    "participation": re.compile(
        "志愿|参与|共治|自治|共建|群众|全社会|居民|互助|邻|党员|动员|调动|协商|建言|活力|联动|头脑风暴|贡献|关爱"
    ),
    "pilot": re.compile("试点|示范|先行|试|样板|典型|标杆|标准|基地"),
    "planning": re.compile(
        "规划|布局|清单|方案|谋划|策划|设计|路线图|时间表|任务|计划|措施|格局|战略|举措|目标|统筹|精准|部署"
        "|思路|储备|都市圈|双核|细化"
    ),
    "procurement": re.compile("采购|购买|首台套|首购|订购|揭榜"),
    "public-service": re.compile(
        "服务|教育|健康|医|养老|就业|办|救助|保障|惠|民生|公共|幸福|照护|便民|共同富裕|亲商|课|学|一老|卫生"
        "|帮扶|营商|需求|政务|倾斜|集聚|疫|管理|学校|纾困|社区|群众|一线|优化|联|关爱|助"
    ),
    "reform": re.compile(
        "改革|放权|机制|创新|放管服|体制|混合所有|制度|审批|运营|模式|下放|自贸|流转|便利|市场化|融合|治理"
        "|先批|下沉|推行|利益|保障"
    ),
    "regulation": re.compile(
        "执法|标准|许可|规范|监管|管控|法|负面清单|政策|管理|约束|双控|双减|严|防|整治|打击|制度|安全|风险"
        "|治理|限|禁|污染|清零|生态|扫黑|攻坚|体系|平安|碳|基层|信访|倾向|不敢|管|诚信|环境"
    ),
    "subsidy": re.compile("补贴|奖|补助|扶持|支持|资金|资助|纾困|补|政策|免费|适老化|优惠|新政"),
    "tax": re.compile("税|费|减免"),
}
#: Instrument -> words that hardly say anything else.
DECISIVE_INSTRUMENTS = {
    "campaign": re.compile("攻坚|专项行动|百日|会战"),
    "capacity": re.compile("引才|人才引|培训|选拔|科研团队|英才|队伍|引育"),
    "cooperation": re.compile("合作|联盟|对口|互动|一带一路|经贸"),
    "evaluation": re.compile("考核|考评|督查|评估|督导"),
    "finance": re.compile("金融|资本市场|基金|信贷|贷款|上市|债务|融资担保"),
    "guidance": re.compile("思想|精神|意识|领悟|领会|作风|信念|斗争|首要任务|宗旨|理念|下功夫|思维|自觉"),
    "industry-promotion": re.compile(
        "招商|产业链|产业集群|培育.{0,6}企业|头部企业|壮大.{0,8}产业|产业化|电商|制造|文化产业|商旅产业"
        "|新兴产业|项目引进|企业群"
    ),
    "information": re.compile("宣传|舆论|解读|讲好|形象展示|品牌|传播|反映"),
    "infrastructure": re.compile("新建|改造|基础设施|公园|管网|道路|工程建设|景观|枢纽|河湖"),
    "institution-building": re.compile("成立|设立|专班|领导小组|党组织|组建|织密"),
    "land": re.compile("供地|盘活|土地流转|土地经营权"),
    "participation": re.compile("志愿|自治|共治|参与|建言"),
    "pilot": re.compile("试点|先行先试|示范区|争做"),
    "planning": re.compile("规划|空间布局|路线图|时间表|谋划|细化"),
    "procurement": re.compile("采购|购买.{0,4}服务|首台套"),
    "public-service": re.compile("养老|教育|医疗|就业|公共服务|救助|民生|通办|网办|掌上办|健康|课后|课堂|公共文化|幼"),
    "reform": re.compile("改革|放管服|放权|混合所有制|体制"),
    "regulation": re.compile("执法|负面清单|许可|监管|能耗|双减|动态清零|规范|立法"),
    "subsidy": re.compile("补贴|奖补|补助|奖励"),
    "tax": re.compile("减税|降费|税费"),
}
